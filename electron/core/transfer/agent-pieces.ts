import { z } from 'zod'
import type { Piece } from './import-sources.ts'

const agentFile = /(^|\/)agent-[^/]+\.jsonl$/
const inSession = /(?:^|\/)([0-9a-f-]{36})\/subagents\/[^/]+\.jsonl$/i
const mostStart = 512 * 1024

/** Files that hold the work of sub-agents, by the session they belong to; the others are sessions or conversations of their own. */
export class AgentPieces {
  readonly pieces: readonly Piece[]
  readonly #bySession: Map<string, Piece[]>

  private constructor(pieces: readonly Piece[], bySession: Map<string, Piece[]>) {
    this.pieces = pieces
    this.#bySession = bySession
  }

  static async of(all: readonly Piece[]): Promise<AgentPieces> {
    const pieces: Piece[] = []
    const bySession = new Map<string, Piece[]>()
    for (const piece of all) {
      const isAgent = agentFile.test(piece.name) || inSession.test(piece.name)
      const sessionId = isAgent ? (inSession.exec(piece.name)?.[1] ?? (await sessionIn(piece))) : null
      if (sessionId === null) pieces.push(piece)
      else bySession.set(sessionId, [...(bySession.get(sessionId) ?? []), piece])
    }
    return new AgentPieces(pieces, bySession)
  }

  /** The sub-agents of a session; each is given once. */
  take(sessionId: string): Piece[] {
    const found = this.#bySession.get(sessionId) ?? []
    this.#bySession.delete(sessionId)
    return found
  }

  /** Those whose session did not come. */
  unused(): Piece[] {
    return [...this.#bySession.values()].flat()
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
