import type { z } from 'zod'
import { patienceMs, within } from './until.ts'

/** Server-sent events as they arrive: all are kept, and a test can wait for one that fits. */
export class EventReader<E> {
  readonly events: E[] = []
  /** The id of the last event, to resume from. */
  lastEventId: string | undefined
  readonly #abort: AbortController
  readonly #parse: (data: unknown) => E
  #watchers: (() => void)[] = []
  #failure: Error | undefined

  private constructor(abort: AbortController, parse: (data: unknown) => E) {
    this.#abort = abort
    this.#parse = parse
  }

  /** Opens a stream; resolves when it is answered. */
  static async open<S extends z.ZodType>(url: string, token: string, schema: S, lastEventId?: string): Promise<EventReader<z.infer<S>>> {
    const abort = new AbortController()
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    }
    const response = await fetch(url, { headers, signal: abort.signal })
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
    const reader = new EventReader<z.infer<S>>(abort, (data) => schema.parse(data))
    void reader.#read(response.body)
    return reader
  }

  /** The first event, past or to come, that fits. */
  async waitFor<T extends E>(what: string, fits: ((event: E) => event is T) | ((event: E) => boolean), timeoutMs = patienceMs): Promise<T> {
    const find = (): T | undefined => this.events.find((event): event is T => fits(event))
    const arrival = new Promise<T>((resolve, reject) => {
      const look = (): void => {
        const event = find()
        if (event !== undefined) resolve(event)
        else if (this.#failure) reject(this.#failure)
        else this.#watchers.push(look)
      }
      look()
    })
    return within(timeoutMs, what, arrival)
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    try {
      for await (const chunk of body) {
        rest += decoder.decode(chunk, { stream: true })
        const blocks = rest.split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) this.#take(block)
        this.#wake()
      }
      this.#failure = new Error('The stream has ended.')
    } catch (cause) {
      this.#failure = new Error('The stream broke.', { cause })
    }
    this.#wake()
  }

  #take(block: string): void {
    const fields = block
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()] as const)
    const data = fields.filter(([key]) => key === 'data').map(([, value]) => value)
    if (data.length === 0) return
    this.lastEventId = fields.find(([key]) => key === 'id')?.[1] ?? this.lastEventId
    this.events.push(this.#parse(JSON.parse(data.join('\n'))))
  }

  #wake(): void {
    const watchers = this.#watchers
    this.#watchers = []
    for (const look of watchers) look()
  }
}
