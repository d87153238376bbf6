import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../storage/storage-error.ts'

/** Who may not manage the whole system is let through ten times a second (Linux, kernel/sched/autogroup.c). */
const pauseMs = 110
const mostTries = 20

/**
 * How far the scheduling groups of processes step back (Linux, sched(7), autogroup). What is wanted last of a process is what it gets: one
 * write at a time, since two at once may arrive the other way round, and again where the system wants it less often.
 */
export class GroupNiceness {
  readonly #write: (pid: number, niceness: number) => Promise<void>
  readonly #wanted = new Map<number, number>()
  readonly #writing = new Set<number>()

  constructor(write = writeAutogroup) {
    this.#write = write
  }

  /** Never throws: a process that has ended, or a system that does not do this, leaves it as it is. */
  set(pid: number, niceness: number): void {
    this.#wanted.set(pid, niceness)
    if (!this.#writing.has(pid)) void this.#writeAll(pid)
  }

  async #writeAll(pid: number): Promise<void> {
    this.#writing.add(pid)
    let tries = 0
    for (let niceness = this.#wanted.get(pid); niceness !== undefined; niceness = this.#wanted.get(pid)) {
      this.#wanted.delete(pid)
      tries += 1
      const isTooOften = await this.#write(pid, niceness).then(
        () => false,
        (thrown: unknown) => systemCode(thrown) === 'EAGAIN',
      )
      if (!isTooOften) tries = 0
      else if (tries < mostTries) {
        if (!this.#wanted.has(pid)) this.#wanted.set(pid, niceness)
        await sleep(pauseMs, undefined, { ref: false })
      }
    }
    this.#writing.delete(pid)
  }
}

function writeAutogroup(pid: number, niceness: number): Promise<void> {
  return writeFile(`/proc/${pid}/autogroup`, String(niceness))
}
