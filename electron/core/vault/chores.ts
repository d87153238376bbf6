import { statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import {
  copiesIn,
  hasEarlier,
  isThere,
  isWorthPacking,
  packCopy,
  packEarlier,
  removeCopy,
  removeEarlier,
  unpackCopy,
} from './copy-files.ts'
import type { RecordStore } from './record-store.ts'
import type { SessionFold } from './session-fold.ts'
import { isSessionFile, lookAt, type SourceFolder } from './source-files.ts'
import { isUnread, type FileRecord } from './vault-record.ts'

/**
 * What is done about a copy besides keeping it up to date: compress what changes no more, take up a copy that nothing is known of, or
 * delete it, or the earlier ones, for good.
 */
export type Chore = 'pack' | 'adopt' | 'remove' | 'remove-earlier'

export type ChoreTools = {
  records: RecordStore
  copyOf: (source: SourceFolder, path: string) => string
  /** What a copy says of itself. */
  fold: (path: string, copy: string) => Promise<SessionFold | null>
}

/** Copies of which nothing is known, as the index was lost, and those that can be compressed as their originals are gone. */
export async function findChores(
  source: SourceFolder,
  folder: string,
  { records, copyOf }: ChoreTools,
): Promise<{ path: string; work: Chore }[]> {
  const found: { path: string; work: Chore }[] = []
  for (const path of await copiesIn(folder)) {
    const isKnown = records.get({ source: source.name, path }) !== undefined
    if (!isKnown && isSessionFile(path) && !lookAt(source.folder, path)) found.push({ path, work: 'adopt' })
  }
  // A disk that is not mounted has deleted nothing.
  const isMounted = isThere(source.folder)
  for (const record of records.of(source.name)) {
    const copy = copyOf(source, record.path)
    // An end in the middle of packing or unpacking left both; the plain one is never the older.
    const hasBoth = record.packed !== null && !records.isLeaving(copy) && isThere(copy)
    if (hasBoth) records.keep({ ...record, packed: null })
    if (!record.present && isUnread(record)) found.push({ path: record.path, work: 'adopt' })
    else if ((isMounted && (hasBoth || isPackable(record))) || (record.versions > 0 && record.versionBytes === null))
      found.push({ path: record.path, work: 'pack' })
  }
  return found
}

/** Throws what the system says, or DISK_FULL. */
export async function doChore(work: Chore, source: SourceFolder, path: string, tools: ChoreTools): Promise<void> {
  const { records } = tools
  const copy = tools.copyOf(source, path)
  if (work === 'adopt') return adopt(source, path, copy, tools)
  const record = records.get({ source: source.name, path })
  if (!record) return
  if (work === 'pack') return pack(record, copy, records)
  if (work === 'remove-earlier') {
    await removeEarlier(copy)
    records.keep({ ...record, versions: 0, versionBytes: 0 })
  } else if (!lookAt(source.folder, path)) {
    records.remove(record)
    records.leave(copy, () => removeCopy(copy))
  }
}

async function pack(record: FileRecord, copy: string, records: RecordStore): Promise<void> {
  const earlier = record.versions > 0 ? await packEarlier(copy) : null
  const packed = isPackable(record) ? await packCopy(copy) : record.packed
  records.keep({ ...record, ...(earlier ? { versionBytes: earlier.versionBytes } : {}), packed })
  if (packed !== null) records.leave(copy, () => rm(copy, { force: true }))
}

async function adopt(source: SourceFolder, path: string, copy: string, { records, fold }: ChoreTools): Promise<void> {
  await unpackCopy(copy)
  const { size, mtimeMs } = statSync(copy)
  const earlier = hasEarlier(copy) ? await packEarlier(copy) : { versions: 0, versionBytes: 0 }
  const known = { source: source.name, path, size, mtimeMs, present: false, copied: size, ...earlier, packed: null }
  records.keep({ ...known, fold: await fold(path, copy) })
}

/** Claude Code has deleted the original, so that the copy changes no more. */
function isPackable({ present, packed, copied }: FileRecord): boolean {
  return !present && packed === null && isWorthPacking(copied)
}
