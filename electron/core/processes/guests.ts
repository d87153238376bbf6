import type { ClaudeProcess } from '../claude/claude-process.ts'
import { UsageTrack } from '../claude/usage-track.ts'
import type { Metered } from './meter.ts'

/** Who owns a process that belongs to no instance. */
export type Guest = {
  /** It has a process and needs it for nothing now. */
  isIdle: () => boolean
  /** Ends its process; it can do without. Never rejects. */
  letGo: () => Promise<void>
}

/** What a guest that was let in tells. */
export type Stay = {
  /** Its process is there. */
  started: (process: Pick<ClaudeProcess, 'pid' | 'usage'>) => void
  /** Its process has gone, or could not start. */
  left: () => void
}

type Entry = { id: string; guest: Guest; pid: number | null; usage: UsageTrack | null; leaving: boolean }

/** Processes of nobody's, such as those of side questions: they count into the memory, and the idle ones are the first to go. */
export class Guests {
  readonly #entries = new Set<Entry>()
  readonly #onLeft: () => void

  constructor(onLeft: () => void) {
    this.#onLeft = onLeft
  }

  add(guest: Guest): Stay {
    const entry: Entry = { id: crypto.randomUUID(), guest, pid: null, usage: null, leaving: false }
    this.#entries.add(entry)
    return {
      started: (process) => {
        entry.pid = process.pid
        entry.usage = new UsageTrack(process)
      },
      left: () => {
        if (this.#entries.delete(entry)) this.#onLeft()
      },
    }
  }

  /** Memory of each one in MB; null where it was not measured. */
  memory(): (number | null)[] {
    return memoryOf(this.#entries)
  }

  /** The same of those that are idle, in the order in which they would go. */
  idleMemory(): (number | null)[] {
    return memoryOf(this.#idle())
  }

  /** Of those that work, together. */
  busyMb(): number {
    const busy = [...this.#entries].filter(({ guest }) => !guest.isIdle())
    return memoryOf(busy).reduce<number>((sum, memoryMb) => sum + (memoryMb ?? 0), 0)
  }

  metered(): Metered[] {
    return [...this.#entries].flatMap(({ id, pid, usage, guest }) => {
      return usage === null ? [] : [{ id, pid, working: !guest.isIdle(), measure: () => usage.measure() }]
    })
  }

  /** Ends the idle one that came first; false when there is none. */
  async giveUp(): Promise<boolean> {
    // Marked at once: whoever counts on its memory must not find it again.
    const [first] = this.#idle()
    if (!first) return false
    first.leaving = true
    await first.guest.letGo()
    return true
  }

  #idle(): Entry[] {
    return [...this.#entries].filter(({ guest, leaving }) => !leaving && guest.isIdle())
  }
}

function memoryOf(entries: Iterable<Entry>): (number | null)[] {
  return [...entries].map(({ usage }) => usage?.memoryMb ?? null)
}
