import { lstatSync, type Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { VaultSourceName } from '../../../shared/domain/vault.ts'
import { systemCode } from '../storage/storage-error.ts'

/** A history, by its name here, and its folder of projects. */
export type SourceFolder = { name: VaultSourceName; folder: string }

/** A file of Claude Code's that belongs to a session. */
export type SourceFile = { path: string; size: number; mtimeMs: number }

export type SourceListing = {
  files: SourceFile[]
  /** Folders that are there and could not be read: nothing is known of what is in them. */
  unreadable: string[]
  /** Transcripts, and folders of sessions, that are links: these are not followed. */
  links: string[]
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const deepest = 6

/**
 * All files of sessions below a folder of projects. A project's folder may be a link, as on a disk that was moved; links below that are
 * not followed, but named. A folder that is not there has none.
 */
export async function listSource(projects: string): Promise<SourceListing> {
  const listing: SourceListing = { files: [], unreadable: [], links: [] }
  for (const folder of await entriesOf(projects, '', listing)) {
    if (folder.isDirectory() || (folder.isSymbolicLink() && (await leadsToFolder(projects, folder.name, listing))))
      await listProject(projects, folder.name, listing)
  }
  return listing
}

/** Whether a file at this place would be listed. */
export function isSessionFile(path: string): boolean {
  const [folder, name, ...rest] = path.split('/')
  if (!folder || !name) return false
  return rest.length === 0 ? name.endsWith('.jsonl') : rest.length < deepest && uuid.test(name)
}

/** How the file looks now, or null when it is not there or is no plain file. Throws what the system says. */
export function lookAt(projects: string, path: string): SourceFile | null {
  try {
    const found = lstatSync(join(projects, path), { throwIfNoEntry: false })
    return found?.isFile() ? { path, size: found.size, mtimeMs: found.mtimeMs } : null
  } catch (thrown) {
    if (isMissing(thrown)) return null
    throw thrown
  }
}

async function leadsToFolder(projects: string, name: string, listing: SourceListing): Promise<boolean> {
  try {
    return (await stat(join(projects, name))).isDirectory()
  } catch {
    // Where it leads is not there now, as with a disk that is not mounted.
    listing.unreadable.push(name)
    return false
  }
}

async function listProject(projects: string, folder: string, listing: SourceListing): Promise<void> {
  const entries = await entriesOf(projects, folder, listing)
  const paths: string[] = []
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`
    if (entry.isFile() && entry.name.endsWith('.jsonl')) paths.push(path)
    if (entry.isSymbolicLink() && (entry.name.endsWith('.jsonl') || uuid.test(entry.name))) listing.links.push(path)
    if (entry.isDirectory() && uuid.test(entry.name)) await listBelow(projects, path, 1, paths, listing)
  }
  for (const path of paths) {
    const file = lookSafely(projects, path)
    if (file) listing.files.push(file)
  }
}

/** One that cannot be looked at is met again when its folder is read the next time. */
function lookSafely(projects: string, path: string): SourceFile | null {
  try {
    return lookAt(projects, path)
  } catch {
    return null
  }
}

async function listBelow(projects: string, folder: string, depth: number, paths: string[], listing: SourceListing): Promise<void> {
  for (const entry of await entriesOf(projects, folder, listing)) {
    const path = `${folder}/${entry.name}`
    if (entry.isFile()) paths.push(path)
    if (entry.isDirectory() && depth < deepest - 1) await listBelow(projects, path, depth + 1, paths, listing)
  }
}

async function entriesOf(projects: string, folder: string, listing: SourceListing): Promise<Dirent[]> {
  try {
    return await readdir(join(projects, folder), { withFileTypes: true })
  } catch (thrown) {
    if (!isMissing(thrown)) listing.unreadable.push(folder)
    return []
  }
}

function isMissing(thrown: unknown): boolean {
  const code = systemCode(thrown)
  return code === 'ENOENT' || code === 'ENOTDIR'
}
