import type { ImportItem } from '../../../shared/domain/transfer.ts'
import { AppError, toAppError } from '../../../shared/app-error.ts'
import { sessionsOf } from '../conversations/session-owners.ts'
import { systemCode, toStorageError } from '../storage/storage-error.ts'
import { AgentPieces } from './agent-pieces.ts'
import type { SourceFile } from './conversation-source.ts'
import { compareWith, newMessages } from './duplicates.ts'
import { openSource, type Piece, type Source } from './import-sources.ts'
import { readManifest, type KnownFiles } from './manifest.ts'
import { writeAll, type PieceSink, type Written } from './piece-sink.ts'
import { readPiece } from './read-piece.ts'
import type { ReadWatch } from './read-watch.ts'
import { SourceFiles } from './source-files.ts'
import { conversationIdOf } from './stable-id.ts'
import type { StagedFile, StageWriter } from './stage.ts'
import { entriesOf } from './transcript-reader.ts'
import type { ImportOrder, ImportProgress, StagedAbout } from './worker-protocol.ts'

/** Told while an import runs. */
export type ImportListener = {
  /** A conversation waits to be published; resolves when the next may follow. */
  staged: (file: StagedFile, about: StagedAbout) => Promise<void>
  item: (item: ImportItem) => void
  progress: (progress: ImportProgress) => void
}

/**
 * Reads everything that a file, a zip or a folder holds and stages what is new. What one conversation has wrong costs only
 * that one. Throws for a source that is refused as a whole, and when the disk takes no more.
 */
export async function runImport(order: ImportOrder, listener: ImportListener, watch?: ReadWatch): Promise<void> {
  const source = await openSource(order.path, order.name, order.beside, new SourceFiles(watch))
  try {
    await new ImportRun(order, listener, source).run()
  } finally {
    source.close()
  }
}

/** Files that wait for the disk at once. */
const mostFinishing = 16

class ImportRun {
  readonly #order: ImportOrder
  readonly #listener: ImportListener
  readonly #source: Source
  readonly #known: Map<string, SourceFile | null>
  readonly #sessions: Map<string, string>
  #manifest: KnownFiles = new Map()
  readonly #finishing = new Set<Promise<void>>()
  #fault: AppError | null = null
  #done = 0
  #bytes = 0
  #totalBytes = 0

  constructor(order: ImportOrder, listener: ImportListener, source: Source) {
    this.#order = order
    this.#listener = listener
    this.#source = source
    this.#known = new Map(order.known.map((file) => [file.id, file]))
    this.#sessions = new Map(order.sessions)
  }

  async run(): Promise<void> {
    const { left } = this.#source
    for (const { name, reason } of left) this.#refused(name, null, reason)
    const manifest = this.#source.pieces.find(({ name }) => /(^|\/)bullpen\.json$/.test(name))
    if (manifest) this.#manifest = await readManifest(manifest)
    // The turns beside a bundle's conversations are in the conversations too.
    const others = this.#source.pieces.filter(
      (piece) => piece !== manifest && !(manifest && /(^|\/)metrics\/turns\.jsonl$/.test(piece.name)),
    )
    const agents = await AgentPieces.of(others)
    this.#totalBytes = others.reduce((sum, { bytes }) => sum + bytes, 0)
    const { pieces } = agents
    for (const [index, piece] of pieces.entries()) {
      await this.#piece(piece, agents)
      this.#progress(pieces.length > 1 ? pieces.length : null, pieces.length > 1 ? index + 1 : this.#done)
    }
    for (const sessionId of agents.unused()) await this.#agentsAlone(sessionId, agents)
    await Promise.all(this.#finishing)
    if (this.#fault !== null) throw this.#fault
    if (this.#done === 0) this.#refused(this.#order.name, null, 'There is nothing to import in it.')
  }

  async #piece(piece: Piece, agents: AgentPieces): Promise<void> {
    const before = this.#bytes
    try {
      await readPiece(piece, this.#sinkWith(agents))
    } catch (thrown) {
      if (isOfTheDisk(thrown)) throw thrown
      this.#refused(piece.name, null, toWords(thrown))
    }
    this.#bytes = before + piece.bytes
  }

  /** Sub-agents whose session is not here: what they said is a conversation of its own. */
  async #agentsAlone(sessionId: string, agents: AgentPieces): Promise<void> {
    const name = `${sessionId}/subagents`
    try {
      const sink = this.#sinkWith(agents)
      const entries = await entriesOf(sessionId, [], sink)
      if (entries === null) return this.#refused(name, null, 'It is the work of a sub-agent, and nothing was said in it.')
      await writeAll(name, entries, sink, this.#knows(sessionId))
    } catch (thrown) {
      if (isOfTheDisk(thrown)) throw thrown
      this.#refused(name, null, toWords(thrown))
    }
    return undefined
  }

  #sinkWith(agents: AgentPieces): PieceSink {
    return {
      staging: this.#order.staging,
      agents,
      knows: (sessionId) => this.#knows(sessionId),
      refused: (from, title, reason) => this.#refused(from, title, reason),
      written: (from, writer, about) => this.#written(from, writer, about),
      read: (bytes) => {
        this.#bytes += bytes
        this.#progress(null, null)
      },
    }
  }

  #knows(sessionId: string): string | null {
    return this.#sessions.get(sessionId) ?? (this.#known.has(conversationIdOf(sessionId)) ? conversationIdOf(sessionId) : null)
  }

  /** One conversation was written to its end: it is new, or it is here already. */
  async #written(from: string, writer: StageWriter, { foreign, archived, holder }: Written): Promise<void> {
    const { conversation } = writer.fold
    const { title } = conversation
    const id = holder ?? conversation.id
    const known = this.#known.get(id)
    if (known === null) {
      writer.drop()
      return this.#item({ from, title, outcome: 'duplicate', reason: 'It is in this import twice.', conversationId: id })
    }
    if (known) return this.#again(from, writer, known, foreign)
    this.#known.set(id, null)
    for (const sessionId of sessionsOf(conversation)) this.#sessions.set(sessionId, id)
    this.#done += 1
    // The disk works on one while the next is read.
    const finishing = this.#finish(from, writer, archived).catch((thrown: unknown) => {
      this.#fault ??= toStorageError(thrown, this.#order.staging)
    })
    this.#finishing.add(finishing)
    void finishing.then(() => this.#finishing.delete(finishing))
    if (this.#finishing.size >= mostFinishing) await Promise.race(this.#finishing)
    if (this.#fault !== null) throw this.#fault
  }

  /** It is here: what it says beyond that is taken. */
  async #again(from: string, writer: StageWriter, known: SourceFile, foreign: boolean): Promise<void> {
    const { title } = writer.fold.conversation
    const news = await newMessages(known, writer.fold)
    if (news === 0) {
      const reason = foreign ? 'It is here already.' : await this.#compare(writer, known)
      writer.drop()
      return this.#item({ from, title, outcome: 'duplicate', reason, conversationId: known.id })
    }
    if (known.compressed) {
      writer.drop()
      const reason = `It is here already, in the archive; ${news} newer messages were not taken. Restore it, then import this again.`
      return this.#item({ from, title, outcome: 'duplicate', reason, conversationId: known.id })
    }
    const staged = await writer.finish()
    await Promise.all(this.#finishing)
    this.#done += 1
    return this.#listener.staged(staged, { from, archived: false, reason: '', grows: known.id })
  }

  async #compare(writer: StageWriter, known: SourceFile): Promise<string> {
    return compareWith(known, (await writer.finish()).path)
  }

  async #finish(from: string, writer: StageWriter, archived: boolean): Promise<void> {
    const staged = await writer.finish()
    const { conversation } = staged
    const expected = this.#manifest.get(staged.id)
    const reasons = [
      conversation.damagedEntries > 0 ? `${conversation.damagedEntries} lines cannot be read; they are kept as they are.` : null,
      expected && expected.sha256 !== staged.sha256 && staged.notes.length === 0
        ? 'It is not quite what the bundle says; it was changed or damaged.'
        : null,
      ...staged.notes,
    ]
    return this.#listener.staged(staged, {
      from,
      archived: expected?.archived ?? archived,
      reason: reasons.filter((reason) => reason !== null).join(' '),
    })
  }

  #refused(from: string, title: string | null, reason: string): void {
    this.#item({ from, title, outcome: 'refused', reason, conversationId: null })
  }

  #item(item: ImportItem): void {
    this.#done += 1
    this.#listener.item(item)
  }

  #progress(total: number | null, done: number | null): void {
    this.#listener.progress({ done: done ?? this.#done, total, bytes: this.#bytes, totalBytes: this.#totalBytes })
  }
}

function isOfTheDisk(thrown: unknown): boolean {
  // What may not be read is of the source, and costs only itself.
  return thrown instanceof AppError ? thrown.code === 'DISK_FULL' : ['ENOSPC', 'EDQUOT', 'EROFS'].includes(systemCode(thrown) ?? '')
}

function toWords(thrown: unknown): string {
  const error = toAppError(thrown)
  if (error.code !== 'INTERNAL') return error.message
  return `It cannot be read (${thrown instanceof Error ? thrown.message : String(thrown)}).`
}
