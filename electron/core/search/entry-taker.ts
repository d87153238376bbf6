import { EntryReader, type Finding } from './entry-reader.ts'
import type { IndexWriter } from './index-writer.ts'
import type { Source, SourceRow } from './source.ts'

const maxReaders = 50

/** Takes what the lines of sources say into the index. */
export class EntryTaker {
  readonly #writer: IndexWriter
  /** Readers of files that grow: they know the tools that were called. The one that was used last is the last. */
  readonly #readers = new Map<string, EntryReader>()
  /** Sources in which messages came back since they were read. */
  readonly #reinstated = new Set<SourceRow>()

  constructor(writer: IndexWriter) {
    this.#writer = writer
  }

  /** The next line of a source; null where it is too long to be read. */
  take(row: SourceRow, source: Source, line: string | null): void {
    if (line === null) return this.#writer.passOver(row)
    for (const finding of this.#readerOf(source).read(line, row.bytes)) this.#take(row, source, finding)
    return undefined
  }

  /** Whether messages came back to a source that are not in the index any more; asked once. */
  hasReinstated(row: SourceRow): boolean {
    return this.#reinstated.delete(row)
  }

  /** The source is gone, or is read from its beginning. */
  forget(key: string): void {
    this.#readers.delete(key)
  }

  #take(row: SourceRow, source: Source, finding: Finding): void {
    if (finding.kind === 'supersede') return this.#writer.removeRange(row, finding.from, finding.to)
    if (finding.kind === 'reinstate') return void this.#reinstated.add(row)
    if (finding.kind === 'head') return source.title === null ? this.#takeHead(row, finding) : undefined
    if (Number.isNaN(finding.document.at)) return undefined
    this.#writer.add(row, finding.document)
    // A title that the file does not give is as old as what was said last.
    if (source.title !== null) row.at = finding.document.at
    return undefined
  }

  #takeHead(row: SourceRow, { title, tags, instance, folder, at }: Extract<Finding, { kind: 'head' }>): void {
    if (title !== undefined || tags !== undefined) row.at = at
    row.title = title ?? row.title
    row.tags = tags === undefined ? row.tags : JSON.stringify(tags)
    row.instance = instance === undefined ? row.instance : instance
    row.folder = folder === undefined ? row.folder : folder
    this.#writer.change(row, { title: title !== undefined || tags !== undefined })
  }

  #readerOf(source: Source): EntryReader {
    const { key } = source
    const reader = this.#readers.get(key) ?? new EntryReader(source)
    this.#readers.delete(key)
    this.#readers.set(key, reader)
    const oldest = this.#readers.keys().next()
    if (this.#readers.size > maxReaders && !oldest.done) this.#readers.delete(oldest.value)
    return reader
  }
}
