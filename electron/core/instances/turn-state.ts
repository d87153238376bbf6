import { begunTurn, type Turn } from '../../../shared/domain/turn.ts'
import type { TurnRunOptions } from './turn-run-options.ts'

type Deps = Pick<
  TurnRunOptions,
  'turnId' | 'conversationId' | 'instanceId' | 'acceptedAt' | 'unprompted' | 'choice' | 'channel' | 'onChange'
>

/** A turn as it is now, with its times, and who is told of it. */
export class TurnState {
  readonly #deps: Deps
  #turn: Turn
  #lastEventAt = performance.now()

  constructor(deps: Deps) {
    this.#deps = deps
    const { turnId: id, conversationId, instanceId, choice, unprompted } = deps
    const begun = begunTurn({ id, conversationId, instanceId, startedAt: new Date().toISOString() })
    this.#turn = { ...begun, ...(choice ? { choice } : {}), ...(unprompted ? startedAlone(unprompted) : {}) }
  }

  get turn(): Turn {
    return this.#turn
  }

  /** Monotonic time of the last sign of life. */
  get lastEventAt(): number {
    return this.#lastEventAt
  }

  alive(): void {
    this.#lastEventAt = performance.now()
  }

  change(change: Partial<Turn>): void {
    this.#turn = { ...this.#turn, ...change }
  }

  time(change: Partial<Turn['timing']>): void {
    this.change({ timing: { ...this.#turn.timing, ...change } })
  }

  /** Milliseconds since the prompt was accepted. */
  elapsed(): number {
    return Math.round((performance.now() - this.#deps.acceptedAt) * 10) / 10
  }

  /** Something of an answer is there: the first time that is told. */
  firstToken(): void {
    if (this.#turn.timing.firstTokenMs !== null) return
    this.time({ firstTokenMs: this.elapsed() })
    this.publish()
  }

  publish(): void {
    this.#deps.channel.turn(this.#turn)
    this.#deps.onChange()
  }
}

function startedAlone({ cause }: { cause: string | null }): Pick<Turn, 'startedBy' | 'startedFor'> {
  return { startedBy: 'claude', ...(cause === null ? {} : { startedFor: cause }) }
}
