import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import { AppError } from '../../shared/app-error.ts'
import type { Identified } from '../core/events/event-log.ts'
import { unknownField } from '../core/api/strict-input.ts'
import type { Core } from '../core/core.ts'
import type { WebLimits } from './limits.ts'
import { parametersOf, pathOf } from './rest.ts'

const keepAliveMs = 15_000
const ofOne = /^\/api\/(conversations|runs)\/([a-z]+_[0-9a-f]+)\/events$/

type Event = { type: string }
type Stream = (options: { lastEventId?: string; signal: AbortSignal }) => AsyncGenerator<Identified<Event>, void, void>

/**
 * The contract's streams as server-sent events: `event` is the event's type, `data` the event as JSON, and `id` is what a
 * reader sends back as Last-Event-ID.
 */
export class EventStreamDoor {
  readonly #core: Core
  readonly #limits: WebLimits
  #open = 0

  constructor(core: Core, limits: WebLimits) {
    this.#core = core
    this.#limits = limits
  }

  /** The stream that a request asks for; null when it asks for something else. */
  streamFor(request: IncomingMessage): Stream | null {
    if (request.method !== 'GET') return null
    const path = pathOf(request)
    const [, noun, id] = ofOne.exec(path) ?? []
    if (path !== '/api/events' && id === undefined) return null
    for (const name of parametersOf(request).keys()) throw unknownField([], name, [])
    if (path === '/api/events') return (options) => this.#core.events.stream(options)
    if (id === undefined) return null
    if (noun === 'conversations') return (options) => this.#core.pool.conversationEvents(id, options)
    return (options) => this.#core.runs.events(id, options)
  }

  /** Writes events until the reader goes or takes nothing for too long. Throws LIMIT_REACHED when there are too many readers. */
  async send(open: Stream, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#open >= this.#limits.streams)
      throw new AppError('LIMIT_REACHED', `${this.#limits.streams} event streams are open, which is the most. Close one, then try again.`)
    this.#open += 1
    try {
      await this.#write(open, request, response)
    } finally {
      this.#open -= 1
    }
  }

  async #write(open: Stream, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const abort = new AbortController()
    const lastEventId = request.headers['last-event-id']
    const events = open({ signal: abort.signal, ...(typeof lastEventId === 'string' ? { lastEventId } : {}) })
    response.once('close', () => abort.abort())
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    response.flushHeaders()
    const keepAlive = setInterval(() => {
      if (!response.writableNeedDrain) response.write(':\n\n')
    }, keepAliveMs)
    try {
      // The next is taken only when the last one was.
      for await (const { id, event } of events) {
        const taken = response.write(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
        if (!taken && !(await this.#drained(response, abort.signal))) break
      }
    } finally {
      clearInterval(keepAlive)
      response.end()
    }
  }

  /** False when the reader has gone, or was cut off because it took nothing for too long. */
  async #drained(response: ServerResponse, gone: AbortSignal): Promise<boolean> {
    const tooLong = AbortSignal.timeout(this.#limits.stallMs)
    try {
      await once(response, 'drain', { signal: AbortSignal.any([gone, tooLong]) })
      return true
    } catch {
      if (!gone.aborted) this.#core.log.warn({ ms: this.#limits.stallMs }, 'a reader of events took nothing and was cut off')
      response.destroy()
      return false
    }
  }
}
