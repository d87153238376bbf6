import { TreeCache } from './tree-cache.ts'
import type { BoundedTree } from './bound-tree.ts'
import { isQuicklyRead } from './parse-cost.ts'
import { parseMarkdown } from './parse-markdown.ts'
import type { ParseAnswer, ParseRequest } from './parse-protocol.ts'

/** A text to be read: its references are definitions that stand elsewhere. */
export type Source = { text: string; references: string; maxNodes: number }

/** `null`: it cannot be read as markdown within the time that there is. */
export type Parsed = BoundedTree | null

type Waiting = { key: string; source: Source; resolve: ((parsed: Parsed) => void)[] }

/** A block that takes longer is shown as plain text. */
const patienceMs = 1_000
/** A worker has to be loaded before it can begin. */
const patienceForWorkerMs = 15_000
/** So much of a frame is spent on reading at once; what comes after it is read in the next ones. */
const atOnceMs = 16

/**
 * Reads markdown without ever holding the page: small blocks at once, as long as the frame has time for it, large ones in a worker, which
 * is replaced when a block takes longer than a second. What was read is remembered.
 */
export class Parser {
  readonly #start: () => Worker
  readonly #cache = new TreeCache()
  /** Small ones, for which a frame had no time. */
  readonly #small: Waiting[] = []
  readonly #waiting: Waiting[] = []
  #worker: Worker | null = null
  #isReady = false
  #current: Waiting | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextId = 0
  #spentMs = 0

  constructor(start: () => Worker) {
    this.#start = start
  }

  /** What is known at once; undefined when it has to be asked for. */
  peek(source: Source): Parsed | undefined {
    const key = keyOf(source)
    const known = this.#cache.get(key)
    return known === undefined && this.#spentMs <= atOnceMs && isSmall(source) ? this.#readNow(key, source) : known
  }

  /** Never rejects. */
  parse(source: Source): Promise<Parsed> {
    const key = keyOf(source)
    const known = this.#cache.get(key)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve) => {
      const same = this.#allWaiting().find((waiting) => waiting.key === key)
      if (same) {
        same.resolve.push(resolve)
        return
      }
      const waiting = { key, source, resolve: [resolve] }
      if (isSmall(source)) {
        this.#small.push(waiting)
        if (this.#small.length === 1) setTimeout(() => this.#readSmall())
      } else {
        this.#waiting.push(waiting)
        this.#next()
      }
    })
  }

  close(): void {
    this.#stop()
    for (const waiting of this.#allWaiting()) for (const resolve of waiting.resolve) resolve(null)
    this.#current = null
    this.#waiting.length = 0
    this.#small.length = 0
  }

  #allWaiting(): Waiting[] {
    return [...(this.#current ? [this.#current] : []), ...this.#waiting, ...this.#small]
  }

  #readNow(key: string, source: Source): Parsed {
    const began = performance.now()
    const parsed = attempt(source)
    this.#cache.set(key, source.text.length, parsed)
    this.#spend(performance.now() - began)
    return parsed
  }

  /** A few milliseconds of reading, and then again when the page has had its turn. */
  #readSmall(): void {
    const until = performance.now() + atOnceMs / 2
    for (const waiting of this.#small.splice(0)) {
      if (performance.now() > until) this.#small.push(waiting)
      else {
        const parsed = this.#cache.get(waiting.key) ?? this.#readNow(waiting.key, waiting.source)
        for (const resolve of waiting.resolve) resolve(parsed)
      }
    }
    if (this.#small.length > 0) setTimeout(() => this.#readSmall())
  }

  #spend(ms: number): void {
    if (this.#spentMs === 0) setTimeout(() => (this.#spentMs = 0))
    this.#spentMs += ms
  }

  #next(): void {
    if (this.#current) return
    const waiting = this.#waiting.shift()
    if (!waiting) return
    this.#current = waiting
    try {
      this.#worker ??= this.#open()
      const request: ParseRequest = { id: (this.#nextId += 1), ...waiting.source }
      this.#worker.postMessage(request)
      this.#wait(this.#isReady ? patienceMs : patienceForWorkerMs)
    } catch {
      this.#gaveUp()
    }
  }

  #open(): Worker {
    const worker = this.#start()
    worker.addEventListener('message', ({ data }: MessageEvent<ParseAnswer>) => {
      if (worker !== this.#worker) return
      if (data.kind === 'tree') {
        if (data.id === this.#nextId) this.#answered(data.tree)
      } else {
        this.#isReady = true
        if (this.#current) this.#wait(patienceMs)
      }
    })
    worker.addEventListener('error', () => this.#gaveUp())
    return worker
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#gaveUp(), ms)
  }

  #gaveUp(): void {
    this.#stop()
    this.#answered(null)
  }

  #answered(parsed: Parsed): void {
    clearTimeout(this.#timer)
    const done = this.#current
    this.#current = null
    if (done) {
      this.#cache.set(done.key, done.source.text.length, parsed)
      for (const resolve of done.resolve) resolve(parsed)
    }
    this.#next()
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#worker?.terminate()
    this.#worker = null
    this.#isReady = false
  }
}

/** The page's own. */
export const parser = new Parser(() => new Worker(new URL('./parse-worker.ts', import.meta.url), { type: 'module', name: 'markdown' }))

function attempt({ text, references, maxNodes }: Source): Parsed {
  try {
    return parseMarkdown(text, references, maxNodes)
  } catch {
    return null
  }
}

/** Whether it can be read within some milliseconds. */
function isSmall({ text, references }: Source): boolean {
  return references.length <= 2_000 && isQuicklyRead(text)
}

function keyOf({ text, references, maxNodes }: Source): string {
  return `${maxNodes}\n${references}\n\n${text}`
}
