import type { Instance } from '../instances/instance.ts'

const tickMs = 5_000
const idleEvery = 12

/** Measures process trees one after another: working ones every 5 s, idle ones every minute, so that idling costs nothing. */
export class MemoryMeter {
  readonly #instances: () => Instance[]
  readonly #timer: NodeJS.Timeout
  readonly #seen = new Map<string, number | undefined>()
  #tick = 0
  #measuring = false

  constructor(instances: () => Instance[]) {
    this.#instances = instances
    this.#timer = setInterval(() => void this.#measure(), tickMs)
    this.#timer.unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #measure(): Promise<void> {
    if (this.#measuring) return
    this.#measuring = true
    this.#tick += 1
    try {
      const instances = this.#instances()
      for (const id of this.#seen.keys()) if (!instances.some((instance) => instance.id === id)) this.#seen.delete(id)
      for (const instance of instances) if (this.#due(instance)) await instance.measure()
    } finally {
      this.#measuring = false
    }
  }

  /** A new process is measured at the next tick, whatever it does. */
  #due(instance: Instance): boolean {
    const pid = instance.view().process?.pid
    const fresh = this.#seen.get(instance.id) !== pid
    this.#seen.set(instance.id, pid)
    return pid !== undefined && (fresh || instance.working || this.#tick % idleEvery === 0)
  }
}
