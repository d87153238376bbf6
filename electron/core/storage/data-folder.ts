import { createHash, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { isSameProcess, processIdentity } from './process-identity.ts'
import { systemCode, toStorageError } from './storage-error.ts'

/** Where data lives: `BULLPEN_HOME`, else the place that the system has for it. */
export function dataFolderPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (env['BULLPEN_HOME']) return resolve(env['BULLPEN_HOME'])
  const home = env['HOME'] ?? homedir()
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Bullpen')
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Bullpen')
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'bullpen')
}

const holderSchema = z.object({ pid: z.int().positive(), identity: z.string().nullable(), url: z.string().nullable() })
type Holder = z.infer<typeof holderSchema>

/** The right to write to a data folder, held by one copy of the app at a time. */
export type DataFolderLock = {
  /** Tells a second copy where the first one is to be found. */
  announce: (url: string) => Promise<void>
  release: () => Promise<void>
}

const mostAttempts = 200
/** How long one that takes a stale lock away is left to it. */
const claimedMs = 10

/**
 * Makes the data folder and takes its lock. A lock whose process is gone is taken over.
 * Throws DATA_FOLDER_IN_USE with `{pid, url}`, DATA_FOLDER_READONLY or DISK_FULL.
 */
export async function acquireDataFolder(folder: string): Promise<DataFolderLock> {
  const path = join(folder, 'lock')
  const holder: Holder = { pid: process.pid, identity: await processIdentity(process.pid), url: null }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      if (await create(path, holder)) return lockOf(path, holder)
      await clearStale(path, folder, holder)
    }
  } catch (thrown) {
    throw toStorageError(thrown, path)
  }
  throw inUse(folder, null)
}

/** Who has the data folder; null where nobody does. `url`: of a web shell, once that is ready. */
export async function dataFolderHolder(folder: string): Promise<{ pid: number; url: string | null } | null> {
  const found = await read(join(folder, 'lock'))
  return found !== null && found.holder !== null && (await isHeld(found)) ? { pid: found.holder.pid, url: found.holder.url } : null
}

function lockOf(path: string, holder: Holder): DataFolderLock {
  let released = false
  return {
    announce: async (url) => {
      if (!released) await writeFileAtomic(path, JSON.stringify({ ...holder, url }))
    },
    release: async () => {
      released = true
      const now = await read(path)
      if (now?.holder?.pid === holder.pid && now.holder.identity === holder.identity) await rm(path, { force: true })
    },
  }
}

/** Appears with its whole content or not at all, so nobody reads half a lock. */
async function create(path: string, holder: Holder): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await writeFile(temporary, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
    await link(temporary, path)
    return true
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false
    return await createInPlace(path, holder, thrown)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** For file systems without links. */
async function createInPlace(path: string, holder: Holder, reason: unknown): Promise<boolean> {
  if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(reason) ?? '')) throw reason
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 })
    return true
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false
    throw thrown
  }
}

/** Takes a lock away whose process is gone. Throws DATA_FOLDER_IN_USE where it is not. */
async function clearStale(path: string, folder: string, holder: Holder): Promise<void> {
  const found = await read(path)
  if (!found) return
  if (await isHeld(found)) throw inUse(folder, found.holder)
  await removeStale(path, found.text, holder)
}

/**
 * Removes a stale lock. Between the look at it and its removal another copy may have put a lock of its own there, so it is removed only by
 * who holds the claim to it: a file that one alone can make. A claim whose process is gone is stale in its turn.
 */
async function removeStale(path: string, text: string, holder: Holder): Promise<void> {
  const claim = claimOf(path, text)
  if (!(await create(claim, holder))) return clearClaim(claim, holder)
  try {
    const now = await read(path)
    if (now?.text === text) await rm(path, { force: true })
  } finally {
    await rm(claim, { force: true })
  }
}

async function clearClaim(claim: string, holder: Holder): Promise<void> {
  const found = await read(claim)
  if (!found) return
  if (await isHeld(found)) await new Promise((resolve) => setTimeout(resolve, claimedMs))
  else await removeStale(claim, found.text, holder)
}

/** Named by what it is a claim to, and so that it is swept where it is left over. */
export function claimOf(path: string, text: string): string {
  return `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}.tmp`
}

async function isHeld({ holder }: { holder: Holder | null }): Promise<boolean> {
  return holder !== null && isSameProcess(holder.pid, holder.identity)
}

async function read(path: string): Promise<{ text: string; holder: Holder | null } | null> {
  try {
    const text = await readFile(path, 'utf8')
    return { text, holder: parseHolder(text) }
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return null
    throw thrown
  }
}

function parseHolder(text: string): Holder | null {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

function inUse(folder: string, holder: Holder | null): AppError {
  const where = holder?.url ? `It is open at ${holder.url}; use that one` : 'Use the window that is open'
  const who = holder ? ` (process ${holder.pid})` : ''
  return new AppError('DATA_FOLDER_IN_USE', `Bullpen already runs on ${folder}${who}. ${where}, or end it first.`, {
    data: { folder, ...(holder ? { pid: holder.pid, url: holder.url } : {}) },
  })
}
