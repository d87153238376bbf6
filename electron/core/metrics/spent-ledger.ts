import { z } from 'zod'
import { idSchema } from '../../../shared/domain/common.ts'
import { turnRecordSchema, type TurnRecord } from '../../../shared/domain/metrics.ts'
import { LineFile } from './line-file.ts'

const lineSchema = z.object({ conversationId: idSchema, turns: z.array(turnRecordSchema), messages: z.array(z.string()).default([]) })

/**
 * The turns of conversations that were deleted, in figures alone: what was said is gone, what was spent was spent. A file that only
 * grows; the last line of a conversation counts, and none of one that was restored.
 */
export class SpentLedger {
  readonly #file: LineFile<z.infer<typeof lineSchema>>
  readonly #turns = new Map<string, TurnRecord[]>()
  readonly #messages = new Set<string>()

  constructor(path: string) {
    this.#file = new LineFile(path, lineSchema)
    for (const { conversationId, turns, messages } of this.#file.read()) this.#take(conversationId, turns, messages)
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
    this.#file.append([line])
    this.#take(conversationId, turns, line.messages)
  }

  #take(conversationId: string, turns: TurnRecord[], messages: readonly string[]): void {
    this.#turns.set(conversationId, turns)
    for (const id of messages) this.#messages.add(id)
  }
}
