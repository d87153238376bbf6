import { PatientWorker } from '../patient-worker.ts'
import type { BoundedTree } from './bound-tree.ts'
import { isQuicklyRead } from './parse-cost.ts'
import { parseMarkdown } from './parse-markdown.ts'
import type { Source } from './parse-protocol.ts'
import { TreeCache } from './tree-cache.ts'

/** `null`: it cannot be read as markdown within the time that there is. */
export type Parsed = BoundedTree | null

type Small = { key: string; source: Source; resolve: (parsed: Parsed) => void }

/** So much of a frame is spent on reading at once; what comes after it is read in the next ones. */
const atOnceMs = 16

/**
 * Reads markdown without ever holding the page: small blocks at once, as long as the frame has time for it, large ones in a worker. What was
 * read is remembered.
 */
export class Parser {
  readonly #worker: PatientWorker<Source, BoundedTree>
  readonly #cache = new TreeCache()
  /** Small ones, for which a frame had no time. */
  readonly #small: Small[] = []
  readonly #asked = new Map<string, Promise<Parsed>>()
  #spentMs = 0

  constructor(worker: PatientWorker<Source, BoundedTree>) {
    this.#worker = worker
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
    const asked = this.#asked.get(key) ?? this.#ask(key, source)
    this.#asked.set(key, asked)
    return asked
  }

  async #ask(key: string, source: Source): Promise<Parsed> {
    const parsed = await (isSmall(source) ? this.#readSoon(key, source) : this.#worker.ask(source))
    this.#asked.delete(key)
    this.#cache.set(key, source.text.length, parsed)
    return parsed
  }

  #readSoon(key: string, source: Source): Promise<Parsed> {
    return new Promise((resolve) => {
      this.#small.push({ key, source, resolve })
      if (this.#small.length === 1) setTimeout(() => this.#readSmall())
    })
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
      else waiting.resolve(this.#cache.get(waiting.key) ?? this.#readNow(waiting.key, waiting.source))
    }
    if (this.#small.length > 0) setTimeout(() => this.#readSmall())
  }

  #spend(ms: number): void {
    if (this.#spentMs === 0) setTimeout(() => (this.#spentMs = 0))
    this.#spentMs += ms
  }
}

/** The page's own. */
export const parser = new Parser(
  new PatientWorker(() => new Worker(new URL('./parse-worker.ts', import.meta.url), { type: 'module', name: 'markdown' })),
)

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
