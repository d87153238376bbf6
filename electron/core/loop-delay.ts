import { monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 20
const windowMs = 60_000

/** How long the event loop keeps work waiting, over the last one to two minutes. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  readonly #timer: NodeJS.Timeout
  #previousMs = 0

  constructor() {
    this.#histogram.enable()
    this.#timer = setInterval(() => this.#turnWindow(), windowMs)
    this.#timer.unref()
  }

  /** Milliseconds at 99%, beyond the sampling interval itself. */
  p99Ms(): number {
    return Math.round(Math.max(this.#previousMs, this.#currentMs()) * 10) / 10
  }

  close(): void {
    clearInterval(this.#timer)
    this.#histogram.disable()
  }

  #currentMs(): number {
    const measured = this.#histogram.percentile(99) / 1e6
    return Number.isFinite(measured) ? Math.max(0, measured - resolutionMs) : 0
  }

  #turnWindow(): void {
    this.#previousMs = this.#currentMs()
    this.#histogram.reset()
  }
}
