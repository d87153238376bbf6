import { statSync, type Stats } from 'node:fs'
import { breathe } from '../storage/breathe.ts'
import { readLinesNow } from '../storage/read-lines.ts'
import { ConversationFile } from './conversation-file.ts'
import type { ConversationFolders, FoundIds, Place } from './conversation-folders.ts'
import { ConversationFold } from './conversation-fold.ts'
import { parseEntry } from './entry.ts'
import { FileEnds } from './file-end.ts'
import { ConversationRecord, groupsOf, summaryOf } from './conversation-record.ts'
import { ConversationRecords } from './conversation-records.ts'
import { writeSummaries, type Brief, type Summary, type SummaryIndex, type SummaryReader } from './summary-cache.ts'
import type { TouchedList } from './touched-list.ts'

const atOnce = 64
const sliceMs = 12
/** Of this much, reading and understanding it takes no longer than a slice. */
const mostAtOnceBytes = 256 * 1024
/** Of many files, those that nothing is known of: so many are read before anybody works, of more only the ends. */
const mostReadAtStart = 500

export type FoundFiles = {
  records: ConversationRecords
  trash: Map<string, ConversationRecord>
  /** Those that may hold open work, and those that may have changed: they are to be read before anybody works. */
  first: ConversationRecord[]
  /** Nothing was known of them before. */
  unknown: number
}

export type StartSources = {
  folders: ConversationFolders
  found: FoundIds
  index: SummaryIndex | null
  touched: { list: TouchedList; isWhole: boolean }
  manyFiles: number
}

/**
 * What is known of all files, and which of them are to be read first. Of many files those that the summaries know are not looked at, as
 * long as the list of what was touched is whole.
 */
export async function lookAtAll(sources: StartSources): Promise<FoundFiles> {
  const { folders, found, index, touched, manyFiles } = sources
  const records = new ConversationRecords(folders, index)
  const areMany = found.active.length + found.archived.length + found.trash.size >= manyFiles
  const looks = !touched.isWhole || !areMany
  const first: ConversationRecord[] = []
  const unknown = [...placeAll(records, found.active, sources, false), ...placeAll(records, found.archived, sources, true)]
  for (const record of looks ? records.all() : records.some([...touched.list.ids(), ...(index?.background ?? [])])) {
    if (!record.isTold) continue
    if (index?.background.has(record.id) === true || touched.list.has(record.id) || !isAsBefore(record)) first.push(record)
  }
  const trash = trashOf(found.trash, index)
  first.push(...trash.values())
  if (!areMany || unknown.length <= mostReadAtStart) first.push(...unknown)
  else await readEnds(unknown, first)
  return { records, trash, first, unknown: unknown.length }
}

/** Answers those that the summaries do not tell of. */
function placeAll(
  records: ConversationRecords,
  ids: readonly string[],
  { folders, index }: StartSources,
  isArchived: boolean,
): ConversationRecord[] {
  const unknown: ConversationRecord[] = []
  let row = -1
  for (const id of ids) {
    const told = index?.rowOf(id, row + 1)
    if (told === undefined) unknown.push(new ConversationRecord(id, isArchived ? folders.archived(id) : folders.active(id)))
    else records.found((row = told), isArchived)
  }
  for (const record of unknown) records.set(record.id, record)
  return unknown
}

function trashOf(places: ReadonlyMap<string, Place>, index: SummaryIndex | null): Map<string, ConversationRecord> {
  const trash = new Map<string, ConversationRecord>()
  for (const [id, place] of places) {
    const record = new ConversationRecord(id, place)
    const row = index?.rowOf(id)
    if (index && row !== undefined) record.tellBy(index, row)
    trash.set(id, record)
  }
  return trash
}

/** What a check of a head came to; `unread`: its file has to be opened. */
export type HeadCheck = 'same' | 'changed' | 'unread'

/** Makes a head what its file says now, at once where that can be done at once. */
export function checkHead(record: ConversationRecord, summaries: SummaryReader): HeadCheck {
  if (record.checked) return 'same'
  const { id, brief, place } = record
  const stats = statOf(place.path)
  if (stats && brief && stats.size === brief.size && stats.mtimeMs === brief.mtimeMs && brief.length > 0) {
    const head = summaries.read(id, brief)
    if (head) {
      record.conversation = head
      record.checked = true
      return 'same'
    }
  }
  if (!stats) return 'unread'
  // Until it is opened, the state before is better than none.
  const before = !record.isRead && brief && brief.length > 0 ? summaries.read(id, brief) : null
  if (before) record.conversation = before
  record.brief = { ...(brief ?? nothing), size: stats.size, mtimeMs: stats.mtimeMs, length: 0 }
  if (!readHead(record)) return 'unread'
  record.checked = true
  return 'changed'
}

/**
 * Takes from a file of some size at most what its summary would say; false for one that is larger or compressed, that cannot be read,
 * or in which something waits or runs: such a one is to be opened.
 */
function readHead(record: ConversationRecord): boolean {
  const { path, compressed } = record.place
  if (compressed || record.size > mostAtOnceBytes) return false
  const fold = new ConversationFold(record.id)
  try {
    for (const { text, ...place } of readLinesNow(path)) {
      const entry = parseEntry(text)
      if (entry === 'damaged') fold.damaged()
      else if (entry !== 'unknown') fold.apply(entry, place)
    }
  } catch {
    return false
  }
  if (fold.openTurns.size > 0 || fold.tasks.size > 0 || fold.approvals.size > 0) return false
  record.conversation = fold.conversation
  record.lastMessageSeq = fold.lastMessageSeq
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
export async function readTrashed(folders: ConversationFolders, record: ConversationRecord): Promise<void> {
  const { id, place } = record
  const path = place.compressed ? (await folders.expand(id, place)).path : place.path
  const file = await ConversationFile.load(id, path)
  await file.close()
  record.conversation = file.fold.conversation
  record.lastMessageSeq = file.fold.lastMessageSeq
  record.checked = true
  if (place.compressed) await folders.close(id)
}

/** Turns and prompts that wait are found by reading, so files that hold some get no summary. */
export async function saveSummaries(
  path: string,
  save: string,
  all: readonly ConversationRecord[],
  touched: ReadonlySet<string>,
): Promise<void> {
  const summaries: Summary[] = []
  for (const group of groupsOf(all, atOnce)) {
    const made = await Promise.all(group.map((record) => summaryOf(record, touched.has(record.id))))
    for (const summary of made) if (summary) summaries.push(summary)
    await breathe()
  }
  await writeSummaries(path, save, summaries)
}

const nothing: Brief = {
  size: -1,
  mtimeMs: -1,
  lastMessageSeq: -1,
  updatedAt: new Date(0).toISOString(),
  instanceId: null,
  offset: 0,
  length: 0,
  check: 0,
}

/** Plain files of which the end says enough are left for later. */
async function readEnds(unknown: readonly ConversationRecord[], first: ConversationRecord[]): Promise<void> {
  const ends = new FileEnds()
  const slices = new Slices()
  for (const record of unknown) {
    if (record.place.compressed) continue
    const end = ends.read(record.place.path)
    if (end === null || end.mayBeOpen) first.push(record)
    else record.brief = { ...nothing, size: end.size, mtimeMs: end.mtimeMs, updatedAt: end.updatedAt }
    await slices.breathe()
  }
}

function isAsBefore({ place, stamp }: ConversationRecord): boolean {
  const stats = statOf(place.path)
  return stats !== null && stats.size === stamp?.size && stats.mtimeMs === stamp.mtimeMs
}

/** Null for what is not there or may not be looked at. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}
