import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { EventWriter } from './event-writer.ts'
import type { Directives, Failure } from './directives.ts'
import { replyTo, type Reply } from './reply.ts'
import { requestSchema, situationOf, type ModelRequest, type Situation } from './request.ts'
import { streamReply, wholeReply } from './stream-reply.ts'
import { tokensOf, usageOf } from './usage.ts'

/** A Messages API on loopback that answers plausibly and, when the prompt says so, badly. */
export type DemoModel = { url: string; close: () => Promise<void> }

const maxBodyBytes = 64 * 1024 * 1024
const maxRemembered = 1_000

/** Starts it on a free port or the given one. */
export async function startDemoModel({ port = 0 }: { port?: number } = {}): Promise<DemoModel> {
  const failures = new FailureCount()
  const asked = new AskedSessions()
  const server = createServer((request, response) => {
    answer(request, response, { failures, asked }).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The demo model has no port.')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${address.port}`, close }
}

type Memory = { failures: FailureCount; asked: AskedSessions }

async function answer(request: IncomingMessage, response: ServerResponse, { failures, asked }: Memory): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const body = await readBody(request)
  if (path === '/v1/messages/count_tokens') return json(response, 200, { input_tokens: tokensOf(body) })
  if (path !== '/v1/messages') return json(response, request.method === 'HEAD' || path === '/' ? 200 : 404, {})
  const parsed = requestSchema.safeParse(parseJson(body))
  if (!parsed.success) return apiError(response, 400, `The demo model cannot read this request: ${parsed.error.message.slice(0, 300)}`)
  const situation = situationOf(parsed.data)
  const reply = replyTo(situation, () => asked.placeOf(situation))
  const failure = failures.due(reply.directives.failure, situation)
  if (failure?.kind === 'flaky') return apiError(response, failure.status, 'The demo model was asked to fail once.')
  if (failure?.kind === 'limit') return usageLimit(response, failures.limitEnd(situation.prompt, failure.seconds))
  if (failure?.kind === 'status') return apiError(response, failure.status, 'The demo model was asked to fail.', failure.times)
  await send(response, parsed.data, reply, failure)
}

async function send(response: ServerResponse, request: ModelRequest, reply: Reply, failure: Failure | null): Promise<void> {
  const options = { model: request.model, usage: usageOf(request), cut: failure?.kind === 'cut' }
  for (const [name, value] of Object.entries(planHeaders(reply.directives.planUsed))) response.setHeader(name, value)
  if (!request.stream) return json(response, 200, wholeReply(reply, options))
  const abort = new AbortController()
  response.once('close', () => abort.abort())
  const writer = new EventWriter(response, abort.signal)
  // Silence: the connection stands, and nothing ever comes.
  if (failure?.kind === 'silence') return writer.open()
  await streamReply(writer, reply, options)
}

/** How often each prompt of a session has failed already, so that it can go well after a number of times. */
class FailureCount {
  readonly #counts = new Map<string, number>()
  readonly #limits = new Map<string, number>()
  readonly #firsts = new Map<string, string>()
  /** Until then every request meets the usage limit, in milliseconds since 1970. */
  #allUntil = 0

  due(failure: Failure | null, { session, prompt, earlier, results }: Situation): Failure | null {
    if (Date.now() < this.#allUntil) return { kind: 'limit', seconds: 0, after: 0, all: true }
    if (failure === null || failure.kind === 'silence') return failure
    if (failure.kind === 'limit') {
      if (results.length < failure.after || Date.now() >= this.limitEnd(prompt, failure.seconds)) return null
      if (failure.all) this.#allUntil = this.limitEnd(prompt, failure.seconds)
      return failure
    }
    if (failure.kind === 'flaky') return this.#firstSession(prompt, session) ? failure : null
    const key = JSON.stringify([session, earlier.length, results.length, prompt])
    const count = (this.#counts.get(key) ?? 0) + 1
    this.#counts.delete(key)
    this.#counts.set(key, count)
    forgetOldest(this.#counts)
    return count <= failure.times ? failure : null
  }

  /** When the usage limit that a prompt has met is over, in milliseconds since 1970: so long after it was met first. */
  limitEnd(prompt: string, seconds: number): number {
    if (Date.now() < this.#allUntil) return this.#allUntil
    const end = this.#limits.get(prompt) ?? Date.now() + seconds * 1_000
    this.#limits.set(prompt, end)
    forgetOldest(this.#limits)
    return end
  }

  #firstSession(prompt: string, session: string): boolean {
    const first = this.#firsts.get(prompt) ?? session
    this.#firsts.set(prompt, first)
    forgetOldest(this.#firsts)
    return first === session
  }
}

/** Which sessions were asked the same, in their order. */
class AskedSessions {
  readonly #sessions = new Map<string, string[]>()

  placeOf({ prompt, session }: Situation): number {
    const known = this.#sessions.get(prompt) ?? []
    if (!known.includes(session)) known.push(session)
    this.#sessions.set(prompt, known)
    forgetOldest(this.#sessions)
    return known.indexOf(session)
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next()
  if (map.size > maxRemembered && !oldest.done) map.delete(oldest.value)
}

const errorTypes: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

/** Failures that last are said to last, so that nobody tries for minutes; the others may be tried again at once. */
function apiError(response: ServerResponse, status: number, message: string, times = Number.POSITIVE_INFINITY): void {
  const headers = Number.isFinite(times)
    ? { 'retry-after': '0' }
    : { 'x-should-retry': 'false', ...(status === 429 ? { 'retry-after': '3600' } : {}) }
  json(response, status, { type: 'error', error: { type: errorTypes[status] ?? 'api_error', message } }, headers)
}

/** What the Messages API says with each answer to an account with a plan. */
function planHeaders(used: Directives['planUsed']): Record<string, string> {
  if (used === null) return {}
  const { fiveHours, week } = used
  const prefix = 'anthropic-ratelimit-unified'
  const endOf = (hours: number) => String(Math.ceil(Date.now() / 3_600_000 + hours) * 3_600)
  const near = Math.max(fiveHours, week) >= 80
  const window = (name: string, percent: number, hours: number) => ({
    [`${prefix}-${name}-utilization`]: String(percent / 100),
    [`${prefix}-${name}-reset`]: endOf(hours),
    [`${prefix}-${name}-status`]: percent >= 80 ? 'allowed_warning' : 'allowed',
    ...(percent >= 80 ? { [`${prefix}-${name}-surpassed-threshold`]: '0.8' } : {}),
  })
  return {
    [`${prefix}-status`]: near ? 'allowed_warning' : 'allowed',
    [`${prefix}-representative-claim`]: week > fiveHours ? 'seven_day' : 'five_hour',
    [`${prefix}-reset`]: endOf(week > fiveHours ? 100 : 3),
    ...window('5h', fiveHours, 3),
    ...window('7d', week, 100),
  }
}

/** As the Messages API says it to an account with a plan. */
function usageLimit(response: ServerResponse, endMs: number): void {
  const headers = {
    'x-should-retry': 'false',
    'retry-after': '3600',
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-reset': String(Math.ceil(endMs / 1_000)),
  }
  const error = { type: 'rate_limit_error', message: 'This request would exceed your account’s rate limit.' }
  json(response, 429, { type: 'error', error }, headers)
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > maxBodyBytes) throw new RangeError('The request is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
