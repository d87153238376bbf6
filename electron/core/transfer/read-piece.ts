import { basename } from 'node:path'
import { z } from 'zod'
import { idSchema } from '../../../shared/domain/common.ts'
import { parseEntry, type Entry } from '../conversations/entry.ts'
import { parseTranscriptLine, type TranscriptLine } from '../vault/transcript.ts'
import type { AgentPieces } from './agent-pieces.ts'
import { entriesOfClaudeAi } from './from-claude-ai.ts'
import { callFor, entriesOfTranscript } from './from-transcript.ts'
import type { Piece } from './import-sources.ts'
import { jsonElements } from './json-elements.ts'
import { importLimits } from './limits.ts'
import { isDeeper, lineText, rawLines, type RawLine } from './read-lines.ts'
import { StageWriter } from './stage.ts'

/** Where what is in a file goes. */
export type PieceSink = {
  staging: string
  agents: AgentPieces
  /** The conversation that holds a session; null when none does. */
  knows: (sessionId: string) => string | null
  duplicate: (from: string, title: string | null, conversationId: string, reason: string) => void
  refused: (from: string, title: string | null, reason: string) => void
  /** A conversation was written to its end. `foreign`: made from another format. */
  written: (from: string, writer: StageWriter, foreign: boolean) => Promise<void>
  read: (bytes: number) => void
}

const { ownLineBytes, foreignLineBytes, jsonDepth, transcriptBytes } = importLimits

/** Finds out what a file is by what is in it, and reads it. Throws what reading throws. */
export async function readPiece(piece: Piece, sink: PieceSink): Promise<void> {
  const opened = piece.open()
  try {
    const chunks = counted(opened, sink)
    const first = await chunks.next()
    if (first.done === true) return sink.refused(piece.name, null, 'It is empty.')
    const all = rejoined(first.value, chunks)
    const start = first.value
      .toString('latin1', 0, 4096)
      .trimStart()
      .replace(/^\u00ef\u00bb\u00bf/, '')
    if (start.startsWith('[') || piece.name.toLowerCase().endsWith('.json')) return await readArray(piece, all, sink)
    return await readLinesOf(piece, all, sink)
  } finally {
    await opened.return()
  }
}

async function* counted(chunks: AsyncGenerator<Buffer, void, void>, sink: PieceSink): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) {
    sink.read(chunk.length)
    yield chunk
  }
}

async function* rejoined(first: Buffer, rest: AsyncGenerator<Buffer, void, void>): AsyncGenerator<Buffer, void, void> {
  yield first
  yield* rest
}

/** A claude.ai data export: an array of conversations. */
async function readArray(piece: Piece, chunks: AsyncIterable<Buffer>, sink: PieceSink): Promise<void> {
  let index = 0
  for await (const { bytes, fault } of jsonElements(chunks, { maxBytes: foreignLineBytes, maxDepth: jsonDepth })) {
    index += 1
    const from = `${piece.name} #${index}`
    if (fault !== null) {
      sink.refused(from, null, fault === 'too long' ? tooLong(foreignLineBytes) : tooDeep)
      continue
    }
    const made = entriesOfClaudeAi(parseJson(bytes))
    if (typeof made === 'string') sink.refused(from, null, made)
    else await writeAll(from, made, sink)
  }
  if (index === 0) sink.refused(piece.name, null, 'There is no conversation in it.')
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

async function writeAll(from: string, entries: readonly Entry[], sink: PieceSink): Promise<void> {
  const [header] = entries
  if (header?.type !== 'conversation') return
  const writer = new StageWriter(sink.staging, header.id)
  try {
    for (const entry of entries) writer.entry(entry)
  } catch (thrown) {
    writer.drop()
    throw thrown
  }
  await sink.written(from, writer, true)
}

/** JSON Lines: our own, or a session of Claude Code's. What the first line that is either says holds for the file. */
async function readLinesOf(piece: Piece, chunks: AsyncIterable<Buffer>, sink: PieceSink): Promise<void> {
  let reader: OwnReader | TranscriptReader | null = null
  const before: RawLine[] = []
  try {
    for await (const lines of rawLines(chunks, ownLineBytes)) {
      for (const line of lines) {
        reader ??= readerFor(line, piece, sink)
        if (reader === null) before.push(line)
        else {
          for (const earlier of before.splice(0)) await reader.take(earlier)
          await reader.take(line)
        }
        if (before.length > 1000) break
      }
      if (before.length > 1000) break
    }
    if (reader) await reader.end()
    else sink.refused(piece.name, null, 'It is neither a conversation of Bullpen nor a transcript of Claude Code.')
  } finally {
    reader?.close()
  }
}

const foreignSchema = z.union([
  z.object({ sessionId: z.string() }),
  z.object({ uuid: z.string(), type: z.string() }),
  z.object({ leafUuid: z.string() }),
])

function readerFor(line: RawLine, piece: Piece, sink: PieceSink): OwnReader | TranscriptReader | null {
  if (!line.whole || isDeeper(line.bytes, jsonDepth)) return null
  const text = lineText(line)
  if (typeof parseEntry(text) === 'object') return new OwnReader(piece.name, sink)
  return foreignSchema.safeParse(parseJson(line.bytes)).success ? new TranscriptReader(piece.name, sink) : null
}

/** Our own lines, kept byte for byte. A file may hold several conversations, each from its header on. */
class OwnReader {
  readonly #name: string
  readonly #sink: PieceSink
  #writer: StageWriter | null = null
  #id: string | null = null
  #refused = false

  constructor(name: string, sink: PieceSink) {
    this.#name = name
    this.#sink = sink
  }

  async take(line: RawLine): Promise<void> {
    if (!line.whole) return this.#refuse(tooLong(ownLineBytes))
    if (isDeeper(line.bytes, jsonDepth)) return this.#refuse(tooDeep)
    const entry = parseEntry(lineText(line))
    if (typeof entry === 'object' && entry.type === 'conversation' && entry.id !== this.#id) await this.#begin(entry.id)
    if (this.#refused) return undefined
    this.#writer ??= this.#withoutHeader()
    // An empty line is no entry, and no damage.
    const isEmpty = line.bytes.length <= 1
    this.#writer?.raw(line.bytes, isEmpty ? 'unknown' : entry)
    return undefined
  }

  async end(): Promise<void> {
    const writer = this.#writer
    this.#writer = null
    if (writer) await this.#sink.written(this.#name, writer, false)
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

const sessionName = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const agentOf = z.object({
  toolUseResult: z.object({ agentId: z.string() }),
  message: z.object({ content: z.array(z.unknown()) }),
})
const resultSchema = z.object({ tool_use_id: z.string() })

/** A session of Claude Code's: read to its end, then made into a conversation. */
class TranscriptReader {
  readonly #name: string
  readonly #sink: PieceSink
  readonly #lines: TranscriptLine[] = []
  readonly #agentCalls = new Map<string, string>()
  #sessionId: string | null
  #bytes = 0
  #over = false

  constructor(name: string, sink: PieceSink) {
    this.#name = name
    this.#sink = sink
    const stem = basename(name).replace(/\.jsonl(\.gz)?$/, '')
    this.#sessionId = sessionName.test(stem) ? stem.toLowerCase() : null
    if (this.#sessionId !== null) this.#checkKnown()
  }

  async take(line: RawLine): Promise<void> {
    if (this.#over) return
    this.#bytes += line.bytes.length
    if (this.#bytes > transcriptBytes) return this.#refuse(`A session of more than ${transcriptBytes / 1_048_576} MB is not taken.`)
    if (!line.whole || line.bytes.length > foreignLineBytes) return this.#refuse(tooLong(foreignLineBytes))
    if (isDeeper(line.bytes, jsonDepth)) return this.#refuse(tooDeep)
    const text = lineText(line)
    const parsed = text === null ? 'damaged' : parseTranscriptLine(text)
    if (typeof parsed === 'string') return
    this.#lines.push(parsed)
    if (text?.includes('"toolUseResult"') && text.includes('"agentId"')) noteAgent(line.bytes, this.#agentCalls)
  }

  async end(): Promise<void> {
    if (this.#over) return
    const sessionId = this.#sessionId ?? this.#lines.findLast((line) => line.sessionId !== null)?.sessionId ?? null
    if (sessionId === null) return this.#refuse('It does not say which session it is.')
    if (this.#sessionId === null) {
      this.#sessionId = sessionId
      if (this.#checkKnown()) return
    }
    const agents = new Map<string, readonly TranscriptLine[]>()
    for (const piece of this.#sink.agents.take(sessionId)) {
      const lines = await linesOf(piece, this.#sink)
      const agentId = lines.find((line) => line.agentId !== null)?.agentId ?? null
      const call = (agentId === null ? undefined : this.#agentCalls.get(agentId)) ?? callFor(lines, this.#lines)
      if (call !== null) agents.set(call, lines)
      else this.#sink.refused(piece.name, null, 'It is the work of a sub-agent, and the call it worked for is not there.')
    }
    const entries = entriesOfTranscript({ sessionId, lines: this.#lines, agents })
    if (entries === null) return this.#refuse('Nothing was said in it.')
    await writeAll(this.#name, entries, this.#sink)
  }

  close(): void {
    this.#lines.length = 0
  }

  #checkKnown(): boolean {
    const known = this.#sessionId === null ? null : this.#sink.knows(this.#sessionId)
    if (known === null) return false
    this.#over = true
    this.#sink.agents.take(this.#sessionId ?? '')
    this.#sink.duplicate(this.#name, null, known, 'Its session is here already.')
    return true
  }

  #refuse(reason: string): void {
    this.#over = true
    this.#sink.refused(this.#name, null, reason)
  }
}

function noteAgent(bytes: Buffer, calls: Map<string, string>): void {
  const found = agentOf.safeParse(parseJson(bytes)).data
  const call = found?.message.content.map((part) => resultSchema.safeParse(part).data?.tool_use_id).find((id) => id !== undefined)
  if (found && call !== undefined) calls.set(found.toolUseResult.agentId, call)
}

async function linesOf(piece: Piece, sink: PieceSink): Promise<TranscriptLine[]> {
  const found: TranscriptLine[] = []
  let bytes = 0
  for await (const lines of rawLines(counted(piece.open(), sink), foreignLineBytes)) {
    for (const line of lines) {
      bytes += line.bytes.length
      if (bytes > transcriptBytes || !line.whole || isDeeper(line.bytes, jsonDepth)) return found
      const parsed = parseTranscriptLine(lineText(line) ?? '')
      if (typeof parsed === 'object') found.push(parsed)
    }
  }
  return found
}

const tooDeep = `Its JSON is more than ${jsonDepth} levels deep, which no conversation is.`

function tooLong(bytes: number): string {
  return `It has an entry of more than ${bytes / 1_048_576} MB.`
}
