import { isSame, killAll, processTree, signalAll, type ProcessId } from './process-tree.ts'

/** A tool that starts one process after another is stopped itself at the first look, so few are needed. */
const maxLooks = 10

/** A child with all the processes it started, as far as they can be known. */
export class ChildTree {
  readonly #marker: string
  readonly #livePid: () => number | null
  #seen: ProcessId[] = []
  #frozen: ProcessId[] = []

  /** `livePid`: the child's id while it runs. */
  constructor(marker: string, livePid: () => number | null) {
    this.#marker = marker
    this.#livePid = livePid
  }

  /** Its processes now; remembered, as those whose parent has ended can be found by nothing else where there are no markers. */
  async list(): Promise<ProcessId[]> {
    const now = await processTree(this.#livePid(), this.#marker)
    this.#seen = [...this.#seen.filter((one) => !now.some((other) => isSame(one, other))).slice(-1_000), ...now]
    return now
  }

  /** Stops all of them, and those that were started meanwhile; answers whether none was left running at the last look. */
  async freeze(): Promise<boolean> {
    // The child first: frozen, it starts nothing more while its tools are looked for.
    this.signal('SIGSTOP')
    try {
      for (let look = 0; look < maxLooks; look += 1) {
        const newcomers = (await this.list()).filter((one) => !this.#frozen.some((other) => isSame(one, other)))
        if (newcomers.length === 0) return true
        this.#frozen.push(...newcomers)
        await signalAll(newcomers, 'SIGSTOP')
      }
      return false
    } catch (thrown) {
      await this.thaw()
      throw thrown
    }
  }

  /** Lets all that were stopped go on, whoever stopped them. */
  async thaw(): Promise<void> {
    const frozen = this.#frozen
    this.#frozen = []
    this.signal('SIGCONT')
    const others = (await this.list()).filter((one) => !frozen.some((other) => isSame(one, other)))
    await signalAll([...frozen, ...others], 'SIGCONT')
  }

  /** Ends all of them for good, and those that were started meanwhile; answers whether none is left. */
  async kill(): Promise<boolean> {
    this.signal('SIGKILL')
    let left = [...this.#seen, ...(await this.list())]
    for (let look = 0; look < maxLooks && left.length > 0; look += 1) {
      const stubborn = await killAll(left)
      if (stubborn.length > 0) return false
      left = await this.list()
    }
    return left.length === 0
  }

  /** Sends a signal to the child alone. */
  signal(name: NodeJS.Signals): void {
    const pid = this.#livePid()
    if (pid === null) return
    try {
      process.kill(pid, name)
    } catch {
      // It has just ended, which is told by its exit.
    }
  }
}
