import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { parseEntry, type Entry } from '../conversations/entry.ts'
import type { Source } from './metrics-files.ts'
import { textLines } from '../storage/text-lines.ts'
import { cachedAfter, recordOf, type TurnPlace } from './turn-row.ts'

/** What has to be known of the turns before to judge the next one. */
export type Memory = Omit<Source, 'signature'>

export const noMemory: Readonly<Memory> = { cache: null, turnId: null, before: null, sessions: [], forkedFrom: null }

/** The figures of a turn, and what is to be remembered for the next one of its conversation. */
export function takeTurn(turn: Turn, place: TurnPlace, memory: Memory): { record: TurnRecord; memory: Memory } {
  const before = memory.turnId === turn.id ? memory.before : memory.cache
  const { usage } = turn
  const asked = usage.input + usage.output + usage.cacheRead + usage.cacheWrite > 0
  const cache = asked ? cachedAfter(turn.lastCall ?? null) : before
  const { sessionId, forkedFrom } = place
  const sessions = sessionId === null || memory.sessions.includes(sessionId) ? memory.sessions : [...memory.sessions, sessionId]
  return { record: recordOf(turn, place, before), memory: { cache, turnId: turn.id, before, sessions, forkedFrom } }
}

/** Only lines that can be one of these are parsed: most of a file is text and tools. */
const worthReading = /"type"\s*:\s*"(?:turn|session|conversation)"/

/** The turns of a conversation's file in its order, each once, as it was written last. Throws when the file cannot be read. */
export async function readConversation(
  id: string,
  file: { path: string; compressed: boolean },
): Promise<{ records: TurnRecord[]; memory: Memory; providerIds: Set<string> }> {
  const fold = new ConversationTurns(id)
  for await (const line of textLines(file.path, file.compressed)) fold.line(line)
  return fold.result()
}

class ConversationTurns {
  readonly #id: string
  readonly #records = new Map<string, TurnRecord>()
  readonly #before = new Map<string, number | null>()
  readonly #providers = new Map<string, Set<string>>()
  /** Turns whose tokens are not known from here, so that the vault counts them: they were cut off, or come from Claude Code's history. */
  readonly #uncounted = new Set<string>()
  readonly #sessions = new Set<string>()
  #place: TurnPlace
  #memory: Memory = noMemory

  constructor(id: string) {
    this.#id = id
    this.#place = { conversationId: id, sessionId: null, folder: null, source: null, target: null, forkedFrom: null }
  }

  line(text: string): void {
    this.#provider(text)
    if (!worthReading.test(text)) return
    const entry = parseEntry(text)
    if (typeof entry === 'object') this.#take(entry)
  }

  result(): { records: TurnRecord[]; memory: Memory; providerIds: Set<string> } {
    const counted = [...this.#providers].flatMap(([turnId, providers]) => (this.#uncounted.has(turnId) ? [] : [...providers]))
    const memory = { ...this.#memory, sessions: [...this.#sessions], forkedFrom: this.#place.forkedFrom }
    return { records: [...this.#records.values()], memory, providerIds: new Set(counted) }
  }

  #take(entry: Entry): void {
    if (entry.type === 'conversation') {
      const { source, target, cwd, forkedFrom } = entry
      this.#place = { ...this.#place, source, target, folder: cwd ?? this.#place.folder, forkedFrom: forkedFrom?.conversationId ?? null }
    } else if (entry.type === 'session') {
      this.#place = { ...this.#place, sessionId: entry.sessionId, folder: entry.cwd }
      this.#sessions.add(entry.sessionId)
    } else if (entry.type === 'turn' && entry.turn.conversationId === this.#id && entry.turn.outcome !== null) {
      this.#turn(entry.turn)
    }
  }

  /** A turn of another conversation was copied with a fork: it was paid for there. */
  #turn(turn: Turn): void {
    const { usage } = turn
    const spent = usage.input + usage.output + usage.cacheRead + usage.cacheWrite > 0
    if (spent) this.#uncounted.delete(turn.id)
    else this.#uncounted.add(turn.id)
    if (!ranHere(turn)) {
      this.#uncounted.add(turn.id)
      return
    }
    const known = this.#before.get(turn.id)
    const memory = known === undefined ? this.#memory : { ...this.#memory, turnId: turn.id, before: known }
    const taken = takeTurn(turn, this.#place, memory)
    this.#before.set(turn.id, taken.memory.before)
    this.#records.set(turn.id, taken.record)
    this.#memory = taken.memory
  }

  /** Which of Claude's messages a turn of ours consists of, so that the vault does not count them again. */
  #provider(text: string): void {
    const provider = /"providerId":"([^"]{1,200})"/.exec(text)?.[1]
    const turnId = provider === undefined ? undefined : /"turnId":"([^"]{1,60})"/.exec(text)?.[1]
    if (provider === undefined || turnId === undefined) return
    const known = this.#providers.get(turnId)
    if (known) known.add(provider)
    else this.#providers.set(turnId, new Set([provider]))
  }
}

/** False for a turn that was made of somebody's history when a session was opened or imported: no instance of ours ever had it. */
function ranHere({ instanceId, timing }: Turn): boolean {
  return instanceId !== null || timing.startedMs !== null || timing.origin !== null
}
