import type { Look } from './samples.ts'
import type { TurnEngine } from './turn-engine.ts'
import { breathe } from '../storage/breathe.ts'

const rangeMs = 30 * 86_400_000
/** Code that ran twice over many rows is compiled. */
const rounds = 2

/** Asks what a Metrics screen asks first, for nobody: what is asked after that is answered by code that has run. Others may ask in between. */
export async function warmUp(engine: () => TurnEngine, now: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const range = { from: new Date(now - rangeMs - round).toISOString(), to: new Date(now).toISOString() }
    engine().summary({ ...range, phases: ['firstToken'], groups: 1 }, now)
    await breathe()
    engine().series({ ...range, phases: ['firstToken'], columns: ['turns'], points: 300, groups: 1, offsetMinutes: 0 }, now)
    await breathe()
    engine().distribution({ ...range, phase: 'firstToken', points: 48, groupBy: 'origin', groups: 4 }, now)
    await breathe()
  }
}

const firstMs = 100
const againMs = 2_000

/** Warms up once, at a moment at which no instance works or starts: it must cost no turn anything. */
export class WarmUp {
  readonly #look: () => Omit<Look, 'at'>
  readonly #warm: () => Promise<unknown>
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor({ look, warm }: { look: () => Omit<Look, 'at'>; warm: () => Promise<unknown> }) {
    this.#look = look
    this.#warm = warm
  }

  /** To be called when everything has been read. */
  begin(): void {
    if (this.#timer === null && !this.#closed) this.#next(firstMs)
  }

  close(): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #next(ms: number): void {
    this.#timer = setTimeout(() => {
      const { queued, instances } = this.#look()
      const works = queued > 0 || instances.some(({ state }) => state === 'busy' || state === 'starting')
      if (works) this.#next(againMs)
      // Nothing is lost when it fails: the first look takes longer.
      else this.#warm().catch(() => {})
    }, ms)
    this.#timer.unref()
  }
}
