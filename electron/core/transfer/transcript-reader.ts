import { basename } from 'node:path'
import type { Entry } from '../conversations/entry.ts'
import { parseTranscriptLine, type TranscriptLine } from '../vault/transcript.ts'
import { agentIdOf } from '../vault/vault-record.ts'
import type { AgentLines } from './agents.ts'
import { entriesOfTranscript } from './from-transcript.ts'
import type { Piece } from './import-sources.ts'
import { importLimits } from './limits.ts'
import { counted, tooDeep, tooLong, writeAll, type PieceSink } from './piece-sink.ts'
import { isDeeper, lineText, rawLines, type RawLine } from './read-lines.ts'
import { WholeOutputs } from './whole-outputs.ts'

const { foreignLineBytes, jsonDepth, transcriptBytes, transcriptLines } = importLimits

const sessionName = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A session of Claude Code's: read to its end, then made into a conversation. */
export class TranscriptReader {
  readonly #name: string
  readonly #sink: PieceSink
  readonly #lines: TranscriptLine[] = []
  readonly #sessionId: string | null
  #bytes = 0
  #over = false

  constructor(name: string, sink: PieceSink) {
    this.#name = name
    this.#sink = sink
    const stem = basename(name).replace(/\.jsonl(\.gz)?$/, '')
    this.#sessionId = sessionName.test(stem) ? stem.toLowerCase() : null
  }

  async take(line: RawLine): Promise<void> {
    if (this.#over) return
    this.#bytes += line.bytes.length
    if (this.#lines.length >= transcriptLines) return this.#refuse(`A session of more than ${transcriptLines} entries is not taken.`)
    if (this.#bytes > transcriptBytes) return this.#refuse(`A session of more than ${transcriptBytes / 1_048_576} MB is not taken.`)
    if (!line.whole || line.bytes.length > foreignLineBytes) return this.#refuse(tooLong(foreignLineBytes))
    if (isDeeper(line.bytes, jsonDepth)) return this.#refuse(tooDeep)
    const text = lineText(line)
    const parsed = text === null ? 'damaged' : parseTranscriptLine(text)
    if (typeof parsed === 'string') return
    this.#lines.push(parsed)
  }

  async end(): Promise<void> {
    if (this.#over) return
    const sessionId = this.#sessionId ?? this.#lines.findLast((line) => line.sessionId !== null)?.sessionId ?? null
    if (sessionId === null) return this.#refuse('It does not say which session it is.')
    const entries = await entriesOf(sessionId, this.#lines, this.#sink)
    if (entries === null) return this.#refuse('Nothing was said in it.')
    await writeAll(this.#name, entries, this.#sink, this.#sink.knows(sessionId))
  }

  close(): void {
    this.#lines.length = 0
  }

  #refuse(reason: string): void {
    this.#over = true
    this.#sink.refused(this.#name, null, reason)
  }
}

/** A session and its sub-agents as entries; sub-agents alone where the session is gone. Null when nothing was said. */
export async function entriesOf(sessionId: string, own: readonly TranscriptLine[], sink: PieceSink): Promise<Entry[] | null> {
  const agents: AgentLines[] = []
  for (const piece of sink.agents.take(sessionId)) {
    const lines = await linesOf(piece, sink)
    agents.push({ agentId: lines.find((line) => line.agentId !== null)?.agentId ?? agentIdOf(piece.name.replace(/\.gz$/, '')), lines })
  }
  const outputs = new WholeOutputs(sink.agents.outputs(sessionId))
  await outputs.fill(own)
  for (const { lines } of agents) await outputs.fill(lines)
  return entriesOfTranscript({ sessionId, lines: own, agents })
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
