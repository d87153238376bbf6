import { closeSync, openSync, readSync, statSync, type Stats } from 'node:fs'
import { tailOf } from './source-lines.ts'
import type { Source, SourceRow } from './source.ts'

/** Whether everything is indexed, and all that is known of it besides its file. */
export function isCurrent(row: SourceRow, { path, archived, title, folder }: Source, stats: Stats): boolean {
  const same = row.path === path && row.archived === (archived ? 1 : 0)
  const told = (title === null || title === row.title) && (folder === null || folder === row.folder)
  return same && told && row.size === stats.size && row.mtime === stats.mtimeMs
}

/** Whether what is indexed is what the file still begins with. */
export function goesOn(row: SourceRow, { path, compressed }: Source, { size, mtimeMs }: Stats): boolean {
  if (row.bytes === 0) return false
  if (row.path === path && row.size === size && row.mtime === mtimeMs) return true
  if (compressed) return unpackedSize(path) === row.bytes
  if (size < row.bytes) return false
  // Read when it was packed: then it has no print.
  if (row.tail === '') return size === row.bytes
  return tailOf(path, row.bytes) === row.tail && (size > row.bytes || row.size !== size)
}

/** What is known of a source besides its file; `title`: its title is another one. */
export function headChange(row: SourceRow, { title, folder, archived }: Source): { row: Partial<SourceRow>; title: boolean } {
  const renamed = title !== null && title !== row.title
  return {
    row: { archived: archived ? 1 : 0, ...(title === null ? {} : { title }), ...(folder === null ? {} : { folder }) },
    title: renamed,
  }
}

/** Null where there is no file. */
export function statOf(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null
}

/** What gzip says at its end, which holds for files below 4 GB. */
function unpackedSize(path: string): number {
  const file = openSync(path, 'r')
  try {
    const { size } = statSync(path)
    const buffer = Buffer.alloc(4)
    return readSync(file, buffer, 0, 4, Math.max(0, size - 4)) === 4 ? buffer.readUInt32LE(0) : -1
  } finally {
    closeSync(file)
  }
}
