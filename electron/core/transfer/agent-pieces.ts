import { z } from 'zod'
import { agentIdOf, isInternalAgent } from '../vault/vault-record.ts'
import type { Piece } from './import-sources.ts'

const agentFile = /(^|\/)agent-[^/]+\.jsonl(\.gz)?$/
const inSession = /(?:^|\/)([0-9a-f-]{36})\/subagents\/(?:[^/]+\/){0,4}[^/]+\.jsonl(?:\.gz)?$/i
const output = /(?:^|\/)([0-9a-f-]{36})\/tool-results\/([^/]+)$/i
const mostStart = 512 * 1024

/**
 * Files that hold the work of sub-agents, and what tools answered at length, by the session they belong to; the others are sessions or
 * conversations of their own. What Claude Code did for itself is none of these.
 */
export class AgentPieces {
  readonly pieces: readonly Piece[]
  readonly #bySession: Map<string, Piece[]>
  readonly #outputs: Map<string, Map<string, Piece>>

  private constructor(pieces: readonly Piece[], bySession: Map<string, Piece[]>, outputs: Map<string, Map<string, Piece>>) {
    this.pieces = pieces
    this.#bySession = bySession
    this.#outputs = outputs
  }

  static async of(all: readonly Piece[]): Promise<AgentPieces> {
    const pieces: Piece[] = []
    const bySession = new Map<string, Piece[]>()
    const outputs = new Map<string, Map<string, Piece>>()
    for (const piece of all) {
      const [, ofSession, file] = output.exec(piece.name) ?? []
      if (ofSession !== undefined && file !== undefined) {
        const known = outputs.get(ofSession) ?? new Map<string, Piece>()
        outputs.set(ofSession, known.set(file, piece))
        continue
      }
      const isAgent = agentFile.test(piece.name)
      // Beside its agents a workflow keeps a journal of its own.
      if (!isAgent && inSession.test(piece.name)) continue
      if (isAgent && isInternalAgent(agentIdOf(piece.name))) continue
      const sessionId = isAgent ? (inSession.exec(piece.name)?.[1] ?? (await sessionIn(piece))) : null
      if (sessionId === null) pieces.push(piece)
      else bySession.set(sessionId, [...(bySession.get(sessionId) ?? []), piece])
    }
    return new AgentPieces(pieces, bySession, outputs)
  }

  /** The sub-agents of a session; each is given once. */
  take(sessionId: string): Piece[] {
    const found = this.#bySession.get(sessionId) ?? []
    this.#bySession.delete(sessionId)
    return found
  }

  /** What tools answered at length in a session, by the names of the files. */
  outputs(sessionId: string): ReadonlyMap<string, Piece> {
    return this.#outputs.get(sessionId) ?? new Map()
  }

  /** Sessions that did not come themselves, while their sub-agents did. */
  unused(): string[] {
    return [...this.#bySession.keys()]
  }
}

const lineSchema = z.object({ sessionId: z.string() })

/** Older versions put a sub-agent's file beside the session's; its lines say which it is. */
async function sessionIn(piece: Piece): Promise<string | null> {
  let start = ''
  try {
    for await (const chunk of piece.open()) {
      start += chunk.toString('utf8')
      if (start.length > mostStart || start.includes('\n')) break
    }
    return lineSchema.safeParse(JSON.parse(start.split('\n')[0] ?? '')).data?.sessionId ?? null
  } catch {
    return null
  }
}
