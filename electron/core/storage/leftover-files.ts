import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What a file is called while it is being written, see `writeFileAtomic`. */
const temporaryName = /\.[0-9a-f]{12}\.tmp$/
const deepest = 2

/**
 * Removes the files that earlier runs were killed in the middle of writing: nobody will finish them. Only those last written before
 * `startedAt` (milliseconds), so that what this run writes is left alone. `except`: folders in it that their owner looks after. Answers
 * how many. Never throws.
 */
export async function removeLeftoverFiles(folder: string, startedAt: number, except: ReadonlySet<string>, depth = 0): Promise<number> {
  let removed = 0
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (depth === 0 && except.has(entry.name)) continue
      const path = join(folder, entry.name)
      if (entry.isDirectory() && depth < deepest) removed += await removeLeftoverFiles(path, startedAt, except, depth + 1)
      if (!entry.isFile() || !temporaryName.test(entry.name)) continue
      if ((await stat(path)).mtimeMs >= startedAt) continue
      await rm(path, { force: true })
      removed += 1
    }
  } catch {
    // Then they are removed at another start.
  }
  return removed
}
