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
/** So much of a frame is spent on reading at once; what comes after it goes to the worker. */
const atOnceMs = 24

/**
 * Reads markdown without ever holding the page: small blocks at once, as long as the frame has time for it, all others in a worker, which
 * is replaced when a block takes longer than a second. What was read is remembered.
 */
export class Parser {
  readonly #start: () => Worker
  readonly #cache = new TreeCache()
  readonly #waiting: Waiting[] = []
  #worker: Worker | null = null
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
    if (known !== undefined || this.#spentMs > atOnceMs || !isQuicklyRead(source.text) || source.references.length > 2_000) return known
    const began = performance.now()
    const parsed = attempt(source)
    this.#cache.set(key, source.text.length, parsed)
    this.#spend(performance.now() - began)
    return parsed
  }

  /** Never rejects. */
  parse(source: Source): Promise<Parsed> {
    const key = keyOf(source)
    const known = this.#cache.get(key)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve) => {
      const same = [...this.#waiting, ...(this.#current ? [this.#current] : [])].find((waiting) => waiting.key === key)
      if (same) same.resolve.push(resolve)
      else this.#waiting.push({ key, source, resolve: [resolve] })
      this.#next()
    })
  }

  close(): void {
    this.#stop()
    for (const waiting of [...(this.#current ? [this.#current] : []), ...this.#waiting]) for (const resolve of waiting.resolve) resolve(null)
    this.#current = null
    this.#waiting.length = 0
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
      this.#timer = setTimeout(() => this.#gaveUp(), patienceMs)
    } catch {
      this.#gaveUp()
    }
  }

  #open(): Worker {
    const worker = this.#start()
    worker.addEventListener('message', (event: MessageEvent<ParseAnswer>) => {
      if (event.data.id === this.#nextId) this.#answered(event.data.tree)
    })
    worker.addEventListener('error', () => this.#gaveUp())
    return worker
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

function keyOf({ text, references, maxNodes }: Source): string {
  return `${maxNodes}\n${references}\n\n${text}`
}
