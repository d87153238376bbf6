import type { Look } from './samples.ts'

const firstMs = 1_000
const workingMs = 10_000
/** So many of these pass between two looks at a pool that rests. */
const restingRounds = 6

export type SamplerOptions = { look: () => Omit<Look, 'at'>; take: (look: Look) => void; everyMs?: number }

/**
 * Looks at the pool every 10 s while something runs or has changed, else every minute, and hands each look on. It measures nothing
 * itself.
 */
export class Sampler {
  readonly #options: SamplerOptions
  #timer: NodeJS.Timeout | null = null
  #states = ''
  #rounds = restingRounds

  constructor(options: SamplerOptions) {
    this.#options = options
    this.#next(options.everyMs ?? firstMs)
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #next(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#round()
      this.#next(this.#options.everyMs ?? workingMs)
    }, ms)
    this.#timer.unref()
  }

  #round(): void {
    const look = this.#options.look()
    const states = JSON.stringify([look.queued, look.spares, look.instances.map(({ id, state }) => [id, state]), look.topics])
    const working = look.queued > 0 || look.instances.some(({ state }) => state === 'busy' || state === 'starting')
    this.#rounds += 1
    if (!working && states === this.#states && this.#rounds < restingRounds) return
    this.#states = states
    this.#rounds = 0
    this.#options.take({ ...look, at: Date.now() })
  }
}
