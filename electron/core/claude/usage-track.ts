import type { ClaudeProcess } from './claude-process.ts'

/** How a measurement went; `gone`: the process ended meanwhile. */
export type Measured = 'measured' | 'unreadable' | 'gone'

/** What one process tree uses, as it was measured last. */
export class UsageTrack {
  readonly #process: Pick<ClaudeProcess, 'usage'>
  #memoryMb: number | null = null
  #cpuPercent: number | null = null
  #last: { at: number; cpuSeconds: number } | null = null

  constructor(process: Pick<ClaudeProcess, 'usage'>) {
    this.#process = process
  }

  get memoryMb(): number | null {
    return this.#memoryMb
  }

  /** Of one core, since the measurement before; null until there were two. */
  get cpuPercent(): number | null {
    return this.#cpuPercent
  }

  async measure(): Promise<Measured> {
    const usage = await this.#process.usage()
    if (usage === null) return 'gone'
    this.#cpu(usage.cpuSeconds, performance.now())
    if (usage.memoryMb === null) return 'unreadable'
    this.#memoryMb = usage.memoryMb
    return 'measured'
  }

  #cpu(cpuSeconds: number | null, at: number): void {
    const last = this.#last
    this.#last = cpuSeconds === null ? null : { at, cpuSeconds }
    if (cpuSeconds === null || last === null || at - last.at < 100) return
    // A process that left the tree takes its time along.
    this.#cpuPercent = Math.max(0, Math.round(((cpuSeconds - last.cpuSeconds) * 100_000) / (at - last.at)))
  }
}
