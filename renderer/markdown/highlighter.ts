import { longestHighlighted, type HighlightAnswer, type HighlightedLines, type HighlightRequest } from './highlight-protocol.ts'
import { knownLanguage } from './language-names.ts'

const maxRemembered = 300
const patienceMs = 6_000

type Waiting = { key: string; resolve: (lines: HighlightedLines | null) => void }

/**
 * Colours code in a worker, which starts with the first piece of code. What was coloured is remembered,
 * a worker that gives no answer for 6 s is replaced, and code that cannot be coloured stays plain.
 */
export class Highlighter {
  readonly #start: () => Worker
  readonly #remembered = new Map<string, HighlightedLines | null>()
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextId = 0

  constructor(start: () => Worker) {
    this.#start = start
  }

  /** What is remembered of this code; undefined when it has to be asked for. */
  peek(language: string, code: string): HighlightedLines | null | undefined {
    const known = knownLanguage(language)
    if (known === null || code.length > longestHighlighted || code === '') return null
    return this.#remembered.get(keyOf(known, code))
  }

  /** Never rejects: null means plain. */
  async highlight(language: string, code: string): Promise<HighlightedLines | null> {
    const remembered = this.peek(language, code)
    const known = knownLanguage(language)
    if (remembered !== undefined || known === null) return remembered ?? null
    return new Promise((resolve) => {
      const id = (this.#nextId += 1)
      this.#waiting.set(id, { key: keyOf(known, code), resolve })
      this.#ask({ id, language: known, code })
    })
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#worker?.terminate()
    this.#worker = undefined
    for (const { resolve } of this.#waiting.values()) resolve(null)
    this.#waiting.clear()
  }

  #ask(request: HighlightRequest): void {
    try {
      this.#worker ??= this.#open()
      this.#worker.postMessage(request)
      this.#timer ??= setTimeout(() => this.close(), patienceMs)
    } catch {
      // Without a worker everything is plain, which is better than nothing at all.
      this.close()
    }
  }

  #open(): Worker {
    const worker = this.#start()
    worker.addEventListener('message', (event: MessageEvent<HighlightAnswer>) => this.#answered(event.data))
    worker.addEventListener('error', () => this.close())
    return worker
  }

  #answered({ id, lines }: HighlightAnswer): void {
    const waiting = this.#waiting.get(id)
    if (!waiting) return
    this.#waiting.delete(id)
    clearTimeout(this.#timer)
    this.#timer = this.#waiting.size > 0 ? setTimeout(() => this.close(), patienceMs) : undefined
    this.#remember(waiting.key, lines)
    waiting.resolve(lines)
  }

  #remember(key: string, lines: HighlightedLines | null): void {
    this.#remembered.delete(key)
    this.#remembered.set(key, lines)
    const oldest = this.#remembered.keys().next()
    if (this.#remembered.size > maxRemembered && !oldest.done) this.#remembered.delete(oldest.value)
  }
}

/** The page's own. */
export const highlighter = new Highlighter(
  () => new Worker(new URL('./highlight-worker.ts', import.meta.url), { type: 'module', name: 'highlight' }),
)

function keyOf(language: string, code: string): string {
  return `${language}\n${code}`
}
