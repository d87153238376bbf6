import { basename } from 'node:path'
import { idSchema } from '../../../shared/domain/common.ts'
import { isSessionId } from '../conversations/session-owners.ts'
import { parseEntry, type Entry } from '../conversations/entry.ts'
import { archivedIdOf } from './archived-line.ts'
import { importLimits } from './limits.ts'
import { tooDeep, tooLong, type PieceSink } from './piece-sink.ts'
import { isDeeper, lineText, type RawLine } from './read-lines.ts'
import { StageWriter } from './stage.ts'

const { ownLineBytes, jsonDepth } = importLimits

/** Our own lines, kept byte for byte. A file may hold several conversations, each from its header on. */
export class OwnReader {
  readonly #name: string
  readonly #sink: PieceSink
  #writer: StageWriter | null = null
  #id: string | null = null
  #refused = false
  /** Those that were said to be archived and have not come yet. */
  readonly #archived = new Set<string>()

  constructor(name: string, sink: PieceSink) {
    this.#name = name
    this.#sink = sink
  }

  async take(line: RawLine): Promise<void> {
    if (!line.whole) return this.#refuse(tooLong(ownLineBytes))
    if (isDeeper(line.bytes, jsonDepth)) return this.#refuse(tooDeep)
    const text = lineText(line)
    const archivedId = archivedIdOf(text)
    if (archivedId !== null) {
      this.#archived.add(archivedId)
      return undefined
    }
    const entry = parseEntry(text)
    if (typeof entry === 'object' && entry.type === 'conversation' && entry.id !== this.#id) await this.#begin(entry.id)
    if (this.#refused) return undefined
    this.#writer ??= this.#withoutHeader()
    if (typeof entry === 'object' && entry.type === 'session' && !this.#mayHold(entry)) {
      this.#writer?.note('Its Claude Code session is not taken over: it belongs to another conversation here, or is none.')
      return undefined
    }
    // An empty line is no entry, and no damage.
    const isEmpty = line.bytes.length <= 1
    this.#writer?.raw(line.bytes, isEmpty ? 'unknown' : entry)
    return undefined
  }

  async end(): Promise<void> {
    const writer = this.#writer
    this.#writer = null
    const archived = this.#archived.delete(this.#id ?? '')
    if (writer) await this.#sink.written(this.#name, writer, { foreign: false, archived, holder: null })
  }

  close(): void {
    this.#writer?.drop()
  }

  async #begin(id: string): Promise<void> {
    await this.end()
    this.#refused = false
    this.#id = id
    this.#writer = new StageWriter(this.#sink.staging, id)
  }

  /**
   * One owner for a session: a file that somebody else made must not continue what another conversation here holds. A fork
   * leaves the session of the conversation it was forked from.
   */
  #mayHold({ sessionId, forkAt }: Extract<Entry, { type: 'session' }>): boolean {
    if (!isSessionId(sessionId)) return false
    const holder = this.#sink.knows(sessionId)
    if (holder === null || holder === this.#id) return true
    return forkAt !== undefined && holder === this.#writer?.fold.conversation.forkedFrom?.conversationId
  }

  /** The header was torn off: the file's name may still say whose it is. */
  #withoutHeader(): StageWriter | null {
    const id = idSchema.safeParse(basename(this.#name).replace(/\.jsonl(\.gz)?$/, ''))
    if (id.success && id.data.startsWith('conv_')) {
      this.#id = id.data
      return new StageWriter(this.#sink.staging, id.data)
    }
    this.#refuse('Its first line, which says what conversation it is, is missing.')
    return null
  }

  #refuse(reason: string): void {
    if (this.#refused) return
    const title = this.#writer?.fold.conversation.title ?? null
    this.#refused = true
    this.#writer?.drop()
    this.#writer = null
    this.#sink.refused(this.#name, title, reason)
  }
}
