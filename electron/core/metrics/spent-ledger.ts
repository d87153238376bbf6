import { appendFileSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { idSchema } from '../../../shared/domain/common.ts'
import { turnRecordSchema, type TurnRecord } from '../../../shared/domain/metrics.ts'

const lineSchema = z.object({ conversationId: idSchema, turns: z.array(turnRecordSchema), messages: z.array(z.string()).default([]) })

/**
 * The turns of conversations that were deleted, in figures alone: what was said is gone, what was spent was spent. A file that only
 * grows; the last line of a conversation counts, and none of one that was restored.
 */
export class SpentLedger {
  readonly #path: string
  readonly #turns = new Map<string, TurnRecord[]>()
  readonly #messages = new Set<string>()

  constructor(path: string) {
    this.#path = path
    for (const line of textOf(path).split('\n')) {
      const parsed = lineSchema.safeParse(parseJson(line)).data
      if (parsed) this.#take(parsed.conversationId, parsed.turns, parsed.messages)
    }
  }

  has(conversationId: string): boolean {
    return this.#turns.has(conversationId)
  }

  /** The turns of all conversations that are not there any more. */
  *gone(there: ReadonlySet<string>): Generator<[conversationId: string, turns: TurnRecord[]], void, void> {
    for (const [id, turns] of this.#turns) if (!there.has(id)) yield [id, turns]
  }

  /** Whether a message of Claude's was part of one of these turns, so that the vault does not count it again. */
  claims(messageId: string): boolean {
    return this.#messages.has(messageId)
  }

  /** Notes a conversation that is about to go, and Claude's ids of the messages in it. */
  add(conversationId: string, turns: TurnRecord[], messages: Iterable<string>): void {
    if (turns.length === 0 || this.#turns.get(conversationId)?.length === turns.length) return
    const line = { conversationId, turns, messages: [...messages] }
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600 })
    this.#take(conversationId, turns, line.messages)
  }

  #take(conversationId: string, turns: TurnRecord[], messages: readonly string[]): void {
    this.#turns.set(conversationId, turns)
    for (const id of messages) this.#messages.add(id)
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
