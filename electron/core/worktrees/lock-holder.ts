import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { isWithin } from './places.ts'

/** What a lock that stays means to the user: who holds it, as far as that can be told, and what to do. `folder`: where git was run. */
export async function lockedError(lock: string, folder: string): Promise<AppError> {
  const [holder, age] = await Promise.all([gitAtWork(folder, lock), ageWords(lock)])
  const who =
    holder === null
      ? `The file ${lock}${age} says that another git is at work here, but no running one was found. If none is, it was left by one that crashed: delete that file, then try again.`
      : `Another git is at work here: ${holder.command} (process ${holder.pid}). Wait until it is done, then try again.`
  return new AppError('STATE_CONFLICT', who, { data: { lock, ...(holder === null ? {} : { pid: holder.pid }) } })
}

/** A git process that works in one of these places; null where none is found, or where the system does not tell. */
export async function gitAtWork(folder: string, lock: string): Promise<{ pid: number; command: string } | null> {
  if (process.platform !== 'linux') return null
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').filter((word) => word !== '')
    if (!/^git(?:-|$)/.test(basename(words[0] ?? ''))) continue
    const at = await readlink(`/proc/${pid}/cwd`).catch(() => null)
    const isHere = at !== null && ((await isWithin(at, folder)) || (await isWithin(at, dirname(lock))))
    if (isHere) return { pid: Number(pid), command: words.join(' ').slice(0, 120) }
  }
  return null
}

async function ageWords(lock: string): Promise<string> {
  const made = await stat(lock).catch(() => null)
  if (made === null) return ''
  const seconds = Math.max(0, Math.round((Date.now() - made.mtimeMs) / 1_000))
  return seconds < 120 ? `, made ${seconds} seconds ago,` : `, made ${Math.round(seconds / 60)} minutes ago,`
}
