import type { Link, LinkEvents } from './json-rpc.ts'
import { serverEvents } from './sse-reader.ts'

/** It answers, and wants its user to sign in first. */
export class NeedsSignIn extends Error {
  override readonly name = 'NeedsSignIn'
}

export type HttpOptions = { url: string; headers: Readonly<Record<string, string>>; signal: AbortSignal }

const mostRedirects = 3
const mostBytes = 10_000_000
const goodbyeMs = 1_000

/** A server behind an address: each message is a request of its own (streamable HTTP). */
export class HttpLink implements Link {
  readonly #options: HttpOptions
  readonly #events: LinkEvents
  readonly #abort = new AbortController()
  #session: string | null = null
  #protocol: string | null = null

  constructor(options: HttpOptions, events: LinkEvents) {
    this.#options = options
    this.#events = events
  }

  agreed(protocol: string): void {
    this.#protocol = protocol
  }

  async send(message: Record<string, unknown>): Promise<void> {
    const response = await request(this.#options, this.#signal(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...this.#own() },
      body: JSON.stringify(message),
    })
    this.#session ??= response.headers.get('mcp-session-id')
    if (response.status === 202 || response.status === 204 || message['id'] === undefined) return void response.body?.cancel()
    if (response.headers.get('content-type')?.includes('text/event-stream')) return this.#stream(response)
    this.#events.onMessage(parse(await bounded(response)))
    return undefined
  }

  async close(): Promise<boolean> {
    const session = this.#session
    this.#abort.abort()
    if (session !== null)
      await fetch(this.#options.url, {
        method: 'DELETE',
        headers: { ...this.#options.headers, ...this.#own() },
        redirect: 'manual',
        signal: AbortSignal.timeout(goodbyeMs),
      }).catch(() => {})
    return true
  }

  async #stream({ body }: Response): Promise<void> {
    if (body) for await (const { data } of serverEvents(body)) this.#events.onMessage(parse(data))
  }

  #own(): Record<string, string> {
    return {
      ...(this.#session === null ? {} : { 'mcp-session-id': this.#session }),
      ...(this.#protocol === null ? {} : { 'mcp-protocol-version': this.#protocol }),
    }
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#options.signal, this.#abort.signal])
  }
}

/** The older way: answers come through one stream that says where to send to. */
export class SseLink implements Link {
  readonly #options: HttpOptions
  readonly #abort = new AbortController()
  readonly #address: string

  private constructor(options: HttpOptions, address: string) {
    this.#options = options
    this.#address = address
  }

  /** Resolves when the server has said where to send to. Rejects with what is wrong. */
  static async open(options: HttpOptions, events: LinkEvents): Promise<SseLink> {
    const response = await request(options, options.signal, { method: 'GET', headers: { accept: 'text/event-stream' } })
    if (!response.body || response.headers.get('content-type')?.includes('text/event-stream') !== true)
      throw new Error('it does not answer with a stream of events; try the type “http”')
    const stream = serverEvents(response.body)
    const first = await stream.next()
    if (first.done === true || first.value.event !== 'endpoint') throw new Error('it did not say where messages go; try the type “http”')
    const address = new URL(first.value.data, options.url)
    // Its headers may hold a key, which is for this server alone.
    if (address.origin !== new URL(options.url).origin) throw new Error(`it wants messages sent to another server, ${address.origin}`)
    void follow(stream, events)
    return new SseLink(options, address.href)
  }

  async send(message: Record<string, unknown>): Promise<void> {
    const signal = AbortSignal.any([this.#options.signal, this.#abort.signal])
    const to = { ...this.#options, url: this.#address }
    const response = await request(to, signal, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    })
    await response.body?.cancel()
  }

  close(): Promise<boolean> {
    this.#abort.abort()
    return Promise.resolve(true)
  }
}

async function follow(stream: AsyncGenerator<{ event: string; data: string }, void, void>, events: LinkEvents): Promise<void> {
  try {
    for await (const { event, data } of stream) if (event === 'message') events.onMessage(parse(data))
    events.onBroken(new Error('it closed the stream before it answered'))
  } catch (thrown) {
    events.onBroken(thrown instanceof Error ? thrown : new Error('the stream broke'))
  }
}

/** Follows redirects within the same server alone: headers may hold a key. Throws in words what is wrong. */
async function request(
  options: HttpOptions,
  signal: AbortSignal,
  init: { method: string; headers: Record<string, string>; body?: string },
): Promise<Response> {
  let { url } = options
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const response = await fetch(url, { ...init, headers: { ...options.headers, ...init.headers }, redirect: 'manual', signal }).catch(
      (thrown: unknown) => {
        throw new Error(networkWords(thrown))
      },
    )
    const to = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || to === null) return checked(response)
    await response.body?.cancel()
    const next = new URL(to, url)
    if (next.origin !== new URL(options.url).origin)
      throw new Error(`it redirects to another server, ${next.origin}; if that is right, use its address`)
    url = next.href
  }
  throw new Error('it redirects in circles')
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response
  const { status } = response
  if (status === 401 || (status === 403 && response.headers.has('www-authenticate'))) {
    await response.body?.cancel()
    throw new NeedsSignIn('it wants you to sign in')
  }
  const said = (await bounded(response).catch(() => ''))
    .replaceAll(/<[^>]*>|\s+/g, ' ')
    .trim()
    .slice(0, 300)
  const advice = status === 404 ? '; check the address' : status === 405 ? '; try the other type, http or sse' : ''
  throw new Error(`it answered ${status}${said === '' ? '' : ` (${said})`}${advice}`)
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  if (response.body)
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > mostBytes) throw new Error('it sent more than can be taken at once')
    }
  return text
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    throw new Error('it answered with something that is no MCP message; check the address')
  }
}

function networkWords(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  // What was thrown holds the value.
  if (cause === undefined && thrown instanceof TypeError) {
    if (/credentials/i.test(thrown.message)) return 'its address holds a name and a password; put them into a header'
    if (/header|ByteString/i.test(thrown.message))
      return 'one of its headers holds a character that cannot be sent; write it on one line, without accents or emoji'
  }
  if (code === 'ECONNREFUSED') return 'nothing listens at this address; start the server first'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name could not be found; check the address and your connection'
  if (/CERT|TLS|SSL/.test(code)) return `its certificate is not trusted (${code})`
  return code === '' ? 'it could not be reached' : `it could not be reached (${code})`
}
