import type { Usage } from '../../../shared/domain/turn.ts'
import type { Spending } from './spending.ts'
import type { TranscriptLine } from './transcript.ts'

/** A message of Claude's that was paid for. `group`: what it counts to; `isMain`: it is not a sub-agent's. */
export type SpentMessage<G> = {
  /** Its id and the id of the request, which stay the same in copies. */
  key: string
  messageId: string | null
  usage: Usage
  spending: Spending
  model: string | null
  /** When its last line was written. */
  at: string | null
  group: G
  isMain: boolean
}

export type AssistantLine = Extract<TranscriptLine, { kind: 'assistant' }>

/**
 * The messages of a session, each once, in the order in which they came; the lines of sub-agents come after those of the main thread. A
 * message is written as several lines, of which the most complete counts, and stays in the group in which it began. Without an id of the
 * request, that of the message is enough. What a sub-agent repeats of another is no new spending, whatever the request is called.
 */
export class SpentMessages<G> {
  readonly #byId = new Map<string, (SpentMessage<G> & { requestId: string | null })[]>()

  /** Answers the message that the line is of; null when it says nothing of tokens, or repeats what others have said. */
  take(line: AssistantLine, group: G, isMain: boolean): SpentMessage<G> | null {
    const { messageId, requestId, usage, spending, model, timestamp: at } = line
    if (usage === null || line.isError) return null
    const id = messageId ?? line.uuid ?? ''
    const known = this.#byId.get(id) ?? []
    const same = known.find((message) => message.requestId === requestId || message.requestId === null || requestId === null)
    if (same) {
      if (sizeOf(usage) >= sizeOf(same.usage)) Object.assign(same, { usage, spending, model })
      same.at = at ?? same.at
      return same
    }
    if (!isMain && known.length > 0) return null
    const made = { key: `${id}:${requestId ?? ''}`, messageId, requestId, usage, spending, model, at, group, isMain }
    this.#byId.set(id, [...known, made])
    return made
  }

  *all(): Generator<SpentMessage<G>, void, void> {
    for (const messages of this.#byId.values()) yield* messages
  }
}

export function sumOfUsage(all: Iterable<Usage>): Usage {
  const sum = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  for (const { input, output, cacheRead, cacheWrite } of all) {
    sum.input += input
    sum.output += output
    sum.cacheRead += cacheRead
    sum.cacheWrite += cacheWrite
  }
  return sum
}

function sizeOf({ input, output, cacheRead, cacheWrite }: Usage): number {
  return input + output + cacheRead + cacheWrite
}
