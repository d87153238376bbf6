import type { Entry } from '../conversations/entry.ts'
import type { AgentPieces } from './agent-pieces.ts'
import { importLimits } from './limits.ts'
import { StageWriter } from './stage.ts'

/**
 * A conversation that was written to its end. `foreign`: made from another format. `archived`: it was where it comes from. `holder`: the
 * conversation that holds its session.
 */
export type Written = { foreign: boolean; archived: boolean; holder: string | null }

/** Where what is in a file goes. */
export type PieceSink = {
  staging: string
  agents: AgentPieces
  /** The conversation that holds a session; null when none does. */
  knows: (sessionId: string) => string | null
  refused: (from: string, title: string | null, reason: string) => void
  written: (from: string, writer: StageWriter, about: Written) => Promise<void>
  read: (bytes: number) => void
}

/** The same bytes, counted as they are read. */
export async function* counted(chunks: AsyncGenerator<Buffer, void, void>, sink: PieceSink): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) {
    sink.read(chunk.length)
    yield chunk
  }
}

/** Stages a conversation that was made from another format. */
export async function writeAll(from: string, entries: readonly Entry[], sink: PieceSink, holder: string | null = null): Promise<void> {
  const [header] = entries
  if (header?.type !== 'conversation') return
  const writer = new StageWriter(sink.staging, header.id)
  try {
    for (const entry of entries) writer.entry(entry)
  } catch (thrown) {
    writer.drop()
    throw thrown
  }
  await sink.written(from, writer, { foreign: true, archived: false, holder })
}

export const tooDeep = `Its JSON is more than ${importLimits.jsonDepth} levels deep, which no conversation is.`

export function tooLong(bytes: number): string {
  return `It has an entry of more than ${bytes / 1_048_576} MB.`
}
