import { AppError } from '../../../shared/app-error.ts'

/** What the room decides by. */
export type MemoryRoomDeps = {
  /** The limit in MB; null: none, or memory cannot be read. */
  limitMb: () => number | null
  /** Memory in MB of every process that is there; null for one that was not measured yet. */
  processes: () => readonly (number | null)[]
  /** Memory in MB of each process that nobody uses now, in the order in which they would go; null for one that was not measured yet. */
  freeable: () => readonly (number | null)[]
  /** Ends the first of them; false when there is none. */
  free: () => Promise<boolean>
  /** True when something that runs now may be ended later. */
  mayBecomeFree: () => boolean
  /** So many may start at the same time: more would only make each of them slow. */
  mostStarting: number
}

/** Who wants to start: `granted`: its memory was counted when it was let in, so that it waits for those that start now alone. */
export type Entrant = {
  signal?: AbortSignal | undefined
  granted?: boolean
  /** There is no memory for it now. */
  onWait: () => void
}

type Waiting = { enter: () => void; onWait: () => void; granted: boolean; told: boolean }

/** A process takes about this much, in MB, before any was measured. */
const usualMb = 110
/** One that takes longer to start hangs, and must not keep the others waiting. */
const longestStartMs = 8_000

/**
 * Lets processes start, a few at a time and while there is memory for one more, in the order in which they came. Over the limit it
 * frees what nobody uses; where nothing can be freed it waits for what works. One may always run, whatever the limit.
 */
export class MemoryRoom {
  readonly #deps: MemoryRoomDeps
  #waiting: Waiting[] = []
  #starting = 0
  /** Of those that are starting, the ones that have not taken too long yet. */
  #slots = 0
  #pumping = false
  #again = false

  constructor(deps: MemoryRoomDeps) {
    this.#deps = deps
  }

  /** Starts that wait for memory. */
  get waiting(): number {
    return this.#waiting.filter(({ told }) => told).length
  }

  /** Memory that counts: what was measured, and what young or starting processes will take. */
  get expectedMb(): number {
    return this.#expected(this.#starting)
  }

  /** What one process takes, as far as is known. */
  get processMb(): number {
    const known = this.#deps.processes().filter((memoryMb) => memoryMb !== null)
    return known.length < 3 ? usualMb : median(known)
  }

  /** True when one more fits, besides `promised` others, without anything having to go, and nobody waits. */
  hasRoom(promised = 0): boolean {
    const limit = this.#deps.limitMb()
    return limit === null || (this.waiting === 0 && this.#over(promised) <= 0)
  }

  /** True when one that wants to start would not have to wait for what works now; `promised` others were told the same just now. */
  mayStart(promised = 0): boolean {
    const { freeable, mayBecomeFree } = this.#deps
    if (this.hasRoom(promised)) return true
    if (promised > 0 || this.waiting > 0) return false
    return this.#sum(freeable()) >= this.#over(0) || (this.#starting === 0 && !mayBecomeFree())
  }

  /** One more is about to start, besides `promised` others: frees at once what it takes, so that nobody else counts on that. */
  make(promised: number): void {
    let over = this.#over(promised)
    for (const memoryMb of this.#deps.freeable()) {
      if (over <= 0) return
      over -= this.#sum([memoryMb])
      void this.#deps.free()
    }
  }

  /**
   * Resolves when a process may start, with what is to be called when it has started or could not. Rejects with STATE_CONFLICT when
   * `signal` aborts first.
   */
  enter({ signal, granted = false, onWait }: Entrant): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(stopped())
    const fits = granted || (this.#waiting.length === 0 && this.hasRoom())
    if (fits && this.#slots < this.#deps.mostStarting) return Promise.resolve(this.#enter())
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        onWait,
        granted,
        told: false,
        enter: () => {
          signal?.removeEventListener('abort', abort)
          resolve(this.#enter())
        },
      }
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting)
        reject(stopped())
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.push(waiting)
      this.pump()
    })
  }

  /** One starts in the place of another that has just gone, and takes no more than that one did: it waits for nobody. */
  replace(): () => void {
    return this.#enter()
  }

  /** Lets in who may; to be called when memory, the limit, or what is idle has changed. */
  pump(): void {
    void this.#pump()
  }

  async #pump(): Promise<void> {
    this.#again = true
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#again) {
        this.#again = false
        for (let next = this.#next; next !== undefined && (await this.#mayEnter(next)); next = this.#next) {
          // It may have gone while room was made for it.
          if (!this.#waiting.includes(next)) continue
          this.#waiting = this.#waiting.filter((one) => one !== next)
          next.enter()
        }
      }
    } finally {
      this.#pumping = false
    }
  }

  get #next(): Waiting | undefined {
    return this.#waiting.find(({ granted }) => granted) ?? this.#waiting[0]
  }

  async #mayEnter({ granted }: Waiting): Promise<boolean> {
    if (this.#slots >= this.#deps.mostStarting) return false
    if (granted) return true
    const fits = (): boolean => {
      const limit = this.#deps.limitMb()
      return limit === null || this.#expected(this.#starting + 1) <= limit
    }
    while (this.#waiting.length > 0 && !fits()) {
      if (await this.#deps.free()) continue
      if (this.#starting === 0 && !this.#deps.mayBecomeFree()) return true
      this.#tell()
      return false
    }
    return true
  }

  #tell(): void {
    for (const waiting of this.#waiting) {
      if (waiting.told || waiting.granted) continue
      waiting.told = true
      waiting.onWait()
    }
  }

  /** So much memory is missing for one more, besides `promised` others. */
  #over(promised: number): number {
    return this.#expected(this.#starting + this.#waiting.length + promised + 1) - (this.#deps.limitMb() ?? Number.POSITIVE_INFINITY)
  }

  #expected(starting: number): number {
    return this.#sum(this.#deps.processes()) + starting * this.processMb
  }

  /** What processes take, or will: a young one was measured before it had grown. */
  #sum(processes: readonly (number | null)[]): number {
    const usual = this.processMb
    return processes.reduce<number>((sum, memoryMb) => sum + Math.max(memoryMb ?? 0, usual), 0)
  }

  #enter(): () => void {
    this.#starting += 1
    const freeSlot = this.#slot()
    let left = false
    return () => {
      if (left) return
      left = true
      this.#starting -= 1
      freeSlot()
      this.pump()
    }
  }

  #slot(): () => void {
    this.#slots += 1
    let free = false
    const leave = (): void => {
      clearTimeout(timer)
      if (!free) this.#slots -= 1
      free = true
    }
    const timer = setTimeout(() => {
      leave()
      this.pump()
    }, longestStartMs)
    timer.unref()
    return leave
  }
}

function stopped(): AppError {
  return new AppError('STATE_CONFLICT', 'The start was stopped while it waited for memory. Press Start to try again.')
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
