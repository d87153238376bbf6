import { stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { TriggerConfig, TriggerOn } from '../../../shared/domain/trigger.ts'
import { cronOf } from './cron-phrase.ts'
import { CronTime } from './cron-time.ts'
import { cronWords } from './cron-words.ts'
import { globFault } from './glob-check.ts'
import { requireRepository } from './git-source.ts'
import { inputFault } from './payload.ts'

/**
 * What a user has set, as it is kept: a time said in words is cron. Throws BAD_REQUEST, FOLDER_MISSING, FOLDER_NOT_DIRECTORY or
 * NOT_A_REPOSITORY with what to do instead; `data.field` says where.
 */
export async function checkedConfig(config: TriggerConfig): Promise<TriggerConfig> {
  const fault = inputFault(config.inputs)
  if (fault) throw new AppError('BAD_REQUEST', fault.message, { data: { field: fault.field } })
  return { ...config, on: await checkedOn(config.on) }
}

/** When it fires, in words. */
export function summaryOf(on: TriggerOn): string {
  switch (on.kind) {
    case 'click':
      return 'only by hand'
    case 'time':
      return on.timeZone === undefined ? cronWords(on.cron) : `${cronWords(on.cron)} (${on.timeZone})`
    case 'files':
      return `when files change in ${on.folder}${on.glob === '**/*' ? '' : `: ${on.glob}`}`
    case 'git':
      return `when there are new commits on ${on.branch ?? 'the branch that is checked out'} in ${on.folder}`
    case 'run':
      return `when a run of ${on.recipe} ${on.outcome === undefined ? 'ends' : ends[on.outcome]}`
    case 'hook':
      return 'when its address is called'
  }
}

const ends = { done: 'is done', failed: 'fails', cancelled: 'is cancelled' } as const

/** When a trigger fires, as it is kept. Throws what `checkedConfig` does. */
export async function checkedOn(said: TriggerOn): Promise<TriggerOn> {
  const on = said.kind === 'files' || said.kind === 'git' ? { ...said, folder: wholePath(said.folder) } : said
  if (on.kind === 'time') {
    const time = { ...on, cron: cronOf(on.cron) }
    CronTime.of(time)
    return time
  }
  if (on.kind === 'files') {
    await requireFolder(on.folder)
    if (on.glob.startsWith('/') || on.glob.split('/').includes('..'))
      throw bad('on.glob', 'The pattern is relative to the folder: it can’t begin with “/” or hold “..”. Choose another folder instead.')
    const fault = globFault(on.glob)
    if (fault !== null) throw bad('on.glob', fault)
  }
  if (on.kind === 'git') {
    await requireFolder(on.folder)
    await requireRepository(on.folder)
  }
  return on
}

/** `~` is the user's own folder, as in a shell. */
function wholePath(folder: string): string {
  return folder.replace(/^~(?=$|[\\/])/, () => homedir())
}

async function requireFolder(folder: string): Promise<void> {
  const data = { field: 'on.folder' }
  if (!isAbsolute(folder)) throw bad('on.folder', `“${folder}” is no whole path. Write it from its beginning, such as /home/me/project.`)
  const found = await stat(folder).catch(() => null)
  if (!found) throw new AppError('FOLDER_MISSING', `${folder} is not there. Choose a folder that exists, or create it first.`, { data })
  if (!found.isDirectory()) throw new AppError('FOLDER_NOT_DIRECTORY', `${folder} is a file. Choose a folder.`, { data })
}

function bad(field: string, message: string): AppError {
  return new AppError('BAD_REQUEST', message, { data: { field } })
}
