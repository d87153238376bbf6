import type { Look } from './samples.ts'

const workingMs = 10_000
const idleMs = 60_000

/** Looks at the pool every 10 s while something runs, else every minute, and hands each look on. It measures nothing itself. */
export class Sampler {
  readonly #look: () => Omit<Look, 'at'>
  readonly #take: (look: Look) => void
  #timer: NodeJS.Timeout | null = null

  constructor(options: { look: () => Omit<Look, 'at'>; take: (look: Look) => void }) {
    this.#look = options.look
    this.#take = options.take
    this.#next(1_000)
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #next(ms: number): void {
    this.#timer = setTimeout(() => {
      const look = this.#look()
      this.#take({ ...look, at: Date.now() })
      const working = look.queued > 0 || look.instances.some(({ state }) => state === 'busy' || state === 'starting')
      this.#next(working ? workingMs : idleMs)
    }, ms)
    this.#timer.unref()
  }
}
