import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'

export type Folder = { path: string; name: string }

const most = 50

/**
 * Folders whose path begins with what was typed, for a completing path field; `~` is the home folder. With a separator at
 * the end these are the folders inside. What cannot be read has none.
 */
export async function completeFolders(prefix: string): Promise<Folder[]> {
  const typed = expandHome(prefix.trim() === '' ? `~${sep}` : prefix)
  if (!isAbsolute(typed)) return []
  const inside = typed.endsWith('/') || typed.endsWith(sep)
  const parent = inside ? typed : dirname(typed)
  const start = inside ? '' : basename(typed).toLowerCase()
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  const fitting = entries.filter(({ name }) => name.toLowerCase().startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
  const folders: Folder[] = []
  for (const entry of fitting.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const path = join(parent, entry.name)
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(path)))) folders.push({ path, name: entry.name })
    if (folders.length === most) break
  }
  return folders
}

function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') || path.startsWith(`~${sep}`) ? `${homedir()}${path.slice(1)}` : path
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}
