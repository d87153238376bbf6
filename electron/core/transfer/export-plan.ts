import { lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { ExportFormat } from '../../../shared/domain/transfer.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { BundleItem } from './bundle.ts'
import { fileName } from './file-names.ts'
import { fileKinds } from './formats.ts'
import { fullPath } from './full-path.ts'

/** Which conversations: these, or all in a state. */
export type Selection = { ids?: readonly string[] | undefined; state: 'active' | 'archived' | 'all' }

/** What an export is made of: what goes in, and what it is called. */
export type ExportPlan = { items: BundleItem[]; name: string; mediaType: string; about: string }

/** In the order of their ids, so that the same conversations always make the same file. Throws NOT_FOUND, BAD_REQUEST. */
export function planExport(conversations: ConversationStore, { ids, state }: Selection, format: ExportFormat): ExportPlan {
  const wanted = ids === undefined ? conversations.heads().map(({ id }) => id) : [...new Set(ids)]
  const items = wanted
    .map((id) => conversations.get(id))
    .filter((head) => state === 'all' || head.state === state)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, title, state: now, tags, forkedFrom }): BundleItem => {
      return { ...conversations.fileOf(id), title, state: now, tags, forkedFrom: forkedFrom ?? null }
    })
  const [first] = items
  if (!first) throw new AppError('BAD_REQUEST', 'There is no conversation to export. Choose at least one.', { data: { field: 'ids' } })
  // Several conversations for readers come as a zip, with a file for each.
  const kind = fileKinds[items.length > 1 && format !== 'jsonl' ? 'bundle' : format]
  if (items.length === 1)
    return { items, name: fileName(first.title, first.id, kind.ending), mediaType: kind.mediaType, about: first.title }
  const about = `${items.length} conversations`
  return { items, name: `bullpen-${items.length}-conversations.${kind.ending}`, mediaType: kind.mediaType, about }
}

/** `overwrite`: a file that is there may be replaced. */
export type TargetRules = { dataFolder: string; overwrite: boolean }

/**
 * Where an export is to be saved; in a folder it gets its own name. Never through a link, and over a file only when told to.
 * Throws BAD_REQUEST, FOLDER_MISSING, STATE_CONFLICT.
 */
export async function checkTarget(path: string, name: string, { dataFolder, overwrite }: TargetRules): Promise<string> {
  const field = { data: { field: 'path' } }
  const wanted = fullPath(path)
  const found = await stat(wanted).catch(() => null)
  const target = found?.isDirectory() ? join(wanted, name) : wanted
  const parent = await realpath(dirname(target)).catch(() => null)
  if (parent === null || !(await stat(parent)).isDirectory())
    throw new AppError('FOLDER_MISSING', `There is no folder ${dirname(target)}. Make it, or choose another one.`, field)
  // Where it really lies, whichever links lead there.
  const data = await realpath(dataFolder).catch(() => resolve(dataFolder))
  if (`${parent}${sep}`.startsWith(`${data}${sep}`))
    throw new AppError('BAD_REQUEST', 'The data folder is for Bullpen alone. Save it elsewhere.', field)
  const there = await lstat(target).catch(() => null)
  if (there && !there.isFile())
    throw new AppError('BAD_REQUEST', `${target} is a link or a device, not a file. Choose another name.`, field)
  if (there && !overwrite)
    throw new AppError(
      'STATE_CONFLICT',
      `There is a file ${target} already. Choose another name, or say that it may be overwritten.`,
      field,
    )
  return join(parent, basename(target))
}
