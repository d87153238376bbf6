import { effortSchema } from '../../../shared/domain/claude-info.ts'
import type { ClaudeEvent } from './claude-event.ts'
import type { Applied, Controls } from './controls.ts'
import { settlesWithin } from './wait.ts'

type Sources = {
  controls: Controls
  onEvent: (event: ClaudeEvent) => void
}

/** A command that was sent, with the word behind it. */
type Asked = { command: 'effort' | 'fast'; level: string | undefined }

const askMs = 1_000

/**
 * Follows which model a process answers with, how hard it thinks and how fast. What is typed (`/model sonnet`, `/effort low`, `/fast`)
 * counts once Claude Code says that it is in force: when it is asked after the command, or, for a model, at the begin of the next turn.
 */
export class ModelChoice {
  readonly #sources: Sources
  #inForce: string | null = null
  #typed: string | null = null
  /** `/effort` or `/fast` was sent. */
  #asked: Asked | null = null
  /** The command has run; only the next turn can still tell. */
  #ran = false

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** True from the command until it was asked for what is in force. */
  get pending(): boolean {
    return (this.#typed !== null && !this.#ran) || this.#asked !== null
  }

  /** A prompt was sent. */
  prompted(text: string): void {
    const [, command, level] = /^\/(effort|fast)(?:\s+(\S+))?\s*$/.exec(text) ?? []
    if (command === 'effort' || command === 'fast') this.#asked = { command, level }
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
    const asked = this.#asked
    this.#asked = null
    await settlesWithin(this.#ask(asked), askMs)
  }

  async #ask(asked: Asked | null): Promise<void> {
    const { onEvent } = this.#sources
    const applied = await this.#applied(asked).catch(() => null)
    if (applied === null) return
    const { model, effort, fastMode } = applied
    if (asked?.command === 'effort') onEvent({ type: 'effort', effort: asked.level === 'auto' ? null : effort })
    if (asked?.command === 'fast') onEvent({ type: 'fast-mode', on: fastMode })
    if (model === null) return
    if (model === this.#inForce) this.#typed = null
    else this.#tell(model)
    this.#inForce = model
  }

  /** What was told to the process before counts more for Claude Code than what is typed, which it says it has taken: it is told that too. */
  async #applied(asked: Asked | null): Promise<Applied> {
    const { controls } = this.#sources
    const before = await controls.applied()
    const typed = this.#typed
    const level = effortSchema.safeParse(asked?.level).data
    if (typed !== null && before.model === this.#inForce && (await this.#isOther(typed, before.model))) await controls.setModel(typed)
    else if (level !== undefined && before.effort !== level) await controls.setEffort(level)
    else return before
    return controls.applied()
  }

  async #isOther(typed: string, inForce: string | null): Promise<boolean> {
    const models = await this.#sources.controls.models()
    const meant = models.find(({ value, resolvedModel }) => value === typed || resolvedModel === typed)
    return meant !== undefined && meant.resolvedModel !== inForce
  }

  #tell(model: string): void {
    const typed = this.#typed
    this.#typed = null
    if (typed !== null) this.#sources.onEvent({ type: 'model', model, typed })
  }
}
