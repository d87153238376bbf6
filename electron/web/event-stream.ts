import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { Identified } from '../core/events/event-log.ts'
import type { Core } from '../core/core.ts'
import { pathOf } from './rest.ts'

const keepAliveMs = 15_000
const ofConversation = /^\/api\/conversations\/([a-z]+_[0-9a-f]+)\/events$/

type Event = { type: string }
type Stream = (options: { lastEventId?: string; signal: AbortSignal }) => AsyncGenerator<Identified<Event>, void, void>

/**
 * The contract's two streams as server-sent events: `event` is the event's type, `data` the event as JSON, and `id` is what a
 * reader sends back as Last-Event-ID. Null when the request asks for something else.
 */
export function eventStreamFor(core: Core, request: IncomingMessage): Stream | null {
  if (request.method !== 'GET') return null
  const path = pathOf(request)
  if (path === '/api/events') return (options) => core.events.stream(options)
  const [, id] = ofConversation.exec(path) ?? []
  return id === undefined ? null : (options) => core.pool.conversationEvents(id, options)
}

/** Writes events until the reader goes; the next is taken only when the last one was. */
export async function sendEvents(open: Stream, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const abort = new AbortController()
  const lastEventId = request.headers['last-event-id']
  const events = open({ signal: abort.signal, ...(typeof lastEventId === 'string' ? { lastEventId } : {}) })
  response.once('close', () => abort.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  response.flushHeaders()
  const keepAlive = setInterval(() => response.write(':\n\n'), keepAliveMs)
  try {
    for await (const { id, event } of events) {
      const taken = response.write(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      if (!taken) await once(response, 'drain', { signal: abort.signal }).catch(() => {})
    }
  } finally {
    clearInterval(keepAlive)
    response.end()
  }
}
