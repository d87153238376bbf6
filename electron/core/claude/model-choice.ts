import { z } from 'zod'
import type { ClaudeEvent } from './claude-event.ts'
import { settlesWithin } from './wait.ts'

type Sources = {
  /** The SDK's end of the process; null while it has none. */
  query: () => object | null
  onEvent: (event: ClaudeEvent) => void
}

const askMs = 1_000
const settingsSchema = z.object({ applied: z.object({ model: z.string() }) })

/**
 * Follows which model a process answers with. One that is typed (`/model sonnet`) counts once Claude Code says that it is in force:
 * when it is asked after the command, or at the begin of the next turn.
 */
export class ModelChoice {
  readonly #sources: Sources
  #inForce: string | null = null
  #typed: string | null = null
  /** The command has run; only the next turn can still tell. */
  #ran = false

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** True from the command until it was asked for what is in force. */
  get pending(): boolean {
    return this.#typed !== null && !this.#ran
  }

  /** A prompt was sent. */
  prompted(text: string): void {
    const typed = /^\/model\s+(\S+)\s*$/.exec(text)?.[1]
    if (typed === undefined) return
    this.#typed = typed
    this.#ran = false
  }

  /** A turn begins with this model. */
  turnBegan(model: string): void {
    const before = this.#inForce
    this.#inForce = model
    if (before !== null && before !== model) this.#tell(model)
    else if (this.#ran) this.#typed = null
  }

  /** Asks what is in force now that the turn with the command is over. Never rejects; a Claude Code that cannot say tells it with the next turn. */
  async check(): Promise<void> {
    this.#ran = true
    await settlesWithin(this.#ask(), askMs)
  }

  async #ask(): Promise<void> {
    const query = this.#sources.query()
    // Claude Code's own answer to this call is not in the SDK's types.
    if (query === null || !('getSettings' in query) || typeof query.getSettings !== 'function') return
    const answer: unknown = await Promise.resolve(Reflect.apply(query.getSettings, query, [])).catch(() => null)
    const settings = settingsSchema.safeParse(answer).data
    if (settings === undefined) return
    const { model } = settings.applied
    if (model === this.#inForce) this.#typed = null
    else this.#tell(model)
    this.#inForce = model
  }

  #tell(model: string): void {
    const typed = this.#typed
    this.#typed = null
    if (typed !== null) this.#sources.onEvent({ type: 'model', model, typed })
  }
}
