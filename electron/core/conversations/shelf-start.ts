import { stat } from 'node:fs/promises'
import { ConversationFile } from './conversation-file.ts'
import type { ConversationFolders, Place } from './conversation-folders.ts'
import { groupsOf, summaryOf, unread, type Known } from './known.ts'
import { readSummaries, writeSummaries, type Summary } from './summary-cache.ts'

const atOnce = 64

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
  for (const group of groupsOf([...places], atOnce))
    await Promise.all(group.map(([id, place]) => look(id, place, summaries.get(id), found)))
  return found
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

async function look(id: string, place: Place, summary: Summary | undefined, found: FoundFiles): Promise<void> {
  const file = await stat(place.path).catch(() => null)
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
