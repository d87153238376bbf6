import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { matchesGlob } from 'node:path/posix'
import type { MatchingFiles } from '../../../shared/domain/trigger.ts'
import { fixedPart, isPassedOver } from './watched-paths.ts'

/** Somebody is typing the pattern: what is not found by then is not waited for. */
const mostEntries = 150_000
const mostMs = 2_000
const mostExamples = 5

/** How many files a pattern means now. What can't be read holds none. */
export async function matchingFiles({ folder, glob }: { folder: string; glob: string }): Promise<MatchingFiles> {
  const until = performance.now() + mostMs
  const found: MatchingFiles = { count: 0, isWhole: true, examples: [] }
  const folders = [fixedPart(glob)]
  let entries = 0
  for (let place = folders.pop(); place !== undefined; place = folders.pop()) {
    for (const entry of await entriesOf(join(folder, place))) {
      const path = place === '' ? entry.name : `${place}/${entry.name}`
      entries += 1
      if (isPassedOver(path, glob)) continue
      if (entry.isDirectory()) folders.push(path)
      else if (matchesGlob(path, glob)) note(found, path)
    }
    if (entries > mostEntries || performance.now() > until) return { ...found, isWhole: folders.length === 0 }
  }
  return found
}

function note(found: MatchingFiles, path: string): void {
  found.count += 1
  if (found.examples.length < mostExamples) found.examples.push(path)
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
