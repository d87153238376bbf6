import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problems } from './problems.ts'

const othersMayWrite = 0o022

/** Says where others could change what lies in the data folder, and what of it lies elsewhere. Never throws. */
export async function tellFolderRisks(folder: string, problems: Problems): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const mode = (await stat(folder)).mode & 0o777
    if ((mode & othersMayWrite) !== 0)
      problems.raise('folder-open', {
        message: `Other users of this computer can change files in ${folder} (mode ${mode.toString(8)}). Run: chmod 700 '${folder}'`,
        path: folder,
        dismissible: true,
      })
    const links = await linksIn(folder)
    if (links.length > 0)
      problems.raise('folder-links', {
        message: `Parts of the data folder are links to other places: ${links.join(', ')}. Bullpen follows them. Remove them if you did not make them.`,
        path: folder,
        dismissible: true,
      })
  } catch {
    // Whoever opens the folder next says what is wrong with it.
  }
}

/** Links at the top of the folder, by name; at most ten. */
async function linksIn(folder: string): Promise<string[]> {
  const links: string[] = []
  for (const name of await readdir(folder)) {
    if (links.length >= 10) break
    if ((await lstat(join(folder, name))).isSymbolicLink()) links.push(name)
  }
  return links
}
