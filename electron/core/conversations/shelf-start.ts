import { statSync, type Stats } from 'node:fs'
import { readLinesNow } from '../storage/read-lines.ts'
import { ConversationFile } from './conversation-file.ts'
import type { ConversationFolders, Place } from './conversation-folders.ts'
import { ConversationFold } from './conversation-fold.ts'
import { parseEntry } from './entry.ts'
import { groupsOf, summaryOf, unread, type Known } from './known.ts'
import { readSummaries, writeSummaries, type Summary } from './summary-cache.ts'
import { breathe } from '../storage/breathe.ts'

const atOnce = 64
const sliceMs = 12
/** Of this much, reading and understanding it takes no longer than a slice. */
const mostAtOnceBytes = 256 * 1024

export type FoundFiles = {
  active: Map<string, Known>
  trash: Map<string, Known>
  /** Those whose summary is missing or of an earlier state: they have to be read. */
  unsure: string[]
}

/** What is known of all files without opening any: of those that did not change since their summary was made, that is all. */
export async function lookAtAll(places: ReadonlyMap<string, Place>, summaryPath: string): Promise<FoundFiles> {
  const found: FoundFiles = { active: new Map(), trash: new Map(), unsure: [] }
  const summaries = places.size > 0 ? await readSummaries(summaryPath) : new Map<string, Summary>()
  const slices = new Slices()
  for (const [id, place] of places) {
    look(id, place, summaries.get(id), found)
    await slices.breathe()
  }
  return found
}

/**
 * Takes from a file of some size at most what its summary would say; false for one that is larger or compressed, that cannot be read,
 * or in which something waits or runs: such a one is to be opened.
 */
export function readHead(id: string, known: Known): boolean {
  const { path, compressed } = known.place
  if (compressed || known.size > mostAtOnceBytes) return false
  const fold = new ConversationFold(id)
  try {
    for (const { text, ...place } of readLinesNow(path)) {
      const entry = parseEntry(text)
      if (entry === 'damaged') fold.damaged()
      else if (entry !== 'unknown') fold.apply(entry, place)
    }
  } catch {
    return false
  }
  if (fold.openTurns.size > 0 || fold.tasks.size > 0) return false
  known.conversation = fold.conversation
  known.lastMessageSeq = fold.lastMessageSeq
  return true
}

/** Work in slices: others wait no longer than one of them. */
export class Slices {
  #since = performance.now()

  /** Resolves at once, or when the others have had their turn. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#since < sliceMs) return
    await breathe()
    this.#since = performance.now()
  }
}

/** Reads the head of a deleted conversation; its file is not kept open. */
export async function readTrashed(folders: ConversationFolders, id: string, known: Known): Promise<void> {
  const { place } = known
  const path = place.compressed ? (await folders.expand(id, place)).path : place.path
  const file = await ConversationFile.load(id, path)
  known.conversation = file.fold.conversation
  known.lastMessageSeq = file.fold.lastMessageSeq
  if (place.compressed) await folders.close(id)
}

/** Turns and prompts that wait are found by reading, so files that hold some get no summary. */
export async function saveSummaries(path: string, all: readonly Known[]): Promise<void> {
  const summaries: Summary[] = []
  for (const group of groupsOf(all, atOnce)) for (const made of await Promise.all(group.map(summaryOf))) if (made) summaries.push(made)
  await writeSummaries(path, summaries)
}

/** Null for what is not there or may not be looked at. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

function look(id: string, place: Place, summary: Summary | undefined, found: FoundFiles): void {
  const file = statOf(place.path)
  if (!file) return
  const known = {
    ...unread(id, place),
    ...(summary ? { conversation: summary.conversation, lastMessageSeq: summary.lastMessageSeq } : {}),
    size: file.size,
  }
  if (place.folder === 'trash') found.trash.set(id, known)
  else found.active.set(id, known)
  if (summary === undefined || file.size !== summary.size || file.mtimeMs !== summary.mtimeMs) found.unsure.push(id)
}
