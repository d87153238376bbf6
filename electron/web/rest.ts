import type { ORPCError } from '@orpc/server'
import { BodyLimitPlugin } from '@orpc/server/node'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { experimental_ZodSmartCoercionPlugin as SmartCoercion } from '@orpc/zod/zod4'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { AppError, errorStatus, type ErrorInfo } from '../../shared/app-error.ts'
import { checkedInput } from '../core/api/call-input.ts'
import { router } from '../core/api/router.ts'
import { isCallError, toWire, withOwnCode } from '../core/api/typed-errors.ts'
import type { Core } from '../core/core.ts'
import { openApiDocument } from './openapi.ts'

/** Twenty images of the largest size, in base64, and their text. */
const maxBodyBytes = 160 * 1024 * 1024

/** The contract as plain HTTP under `/api`. */
export class RestDoor {
  readonly #core: Core
  readonly #version: string
  readonly #handler = new OpenAPIHandler(router, {
    plugins: [new BodyLimitPlugin({ maxBodySize: maxBodyBytes }), new SmartCoercion()],
    interceptors: [inOwnWords, wholeBody, tableAsCsv],
    clientInterceptors: [(call) => call.next({ ...call, input: checkedInput(call) })],
    customErrorResponseBodyEncoder: (error: ORPCError<string, unknown>) => this.#infoOf(error),
  })
  #document: Promise<unknown> | null = null

  constructor(core: Core, version: string) {
    this.#core = core
    this.#version = version
  }

  /** Answers one request under `/api`. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && pathOf(request) === '/api/openapi.json') {
      this.#document ??= openApiDocument(this.#version)
      return sendJson(response, 200, await this.#document)
    }
    response.setHeader('cache-control', 'no-store').setHeader('x-content-type-options', 'nosniff')
    const retryAfter = (seconds: number) => void response.setHeader('retry-after', String(seconds))
    const strayParameters = request.method === 'GET' ? [] : [...parametersOf(request).keys()]
    const context = { core: this.#core, retryAfter, strayParameters, fromProgram: true }
    const { matched } = await this.#handler.handle(request, response, { prefix: '/api', context })
    if (!matched)
      sendError(
        response,
        new AppError('NOT_FOUND', `There is no call ${request.method ?? ''} ${pathOf(request)}. GET /api/openapi.json lists all.`),
      )
  }

  #infoOf(error: ORPCError<string, unknown>): ErrorInfo {
    const { code, message, data, cause } = withOwnCode(error)
    // Calls log their own failures; this one was in reading or writing.
    if (code === 'INTERNAL' && error.code !== code) this.#core.log.error({ err: cause }, 'a request failed')
    const words = code === 'TOO_LARGE' ? `A request has at most ${maxBodyBytes / 1_048_576} MB. Send less at once.` : message
    return { code, message: words, ...(typeof data === 'object' && data !== null ? { data: { ...data } } : {}) }
  }
}

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/'
}

/** What stands behind the `?` of an address. */
export function parametersOf(request: IncomingMessage): URLSearchParams {
  const url = request.url ?? '/'
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}

export function sendError(response: ServerResponse, error: AppError): void {
  sendJson(response, errorStatus[error.code], error.toInfo())
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  response.end(JSON.stringify(body))
}

/** What the library refuses by itself, before a call is reached, leaves with a code and a status of ours too. */
async function inOwnWords<T>({ next }: { next: () => Promise<T> }): Promise<T> {
  try {
    return await next()
  } catch (thrown) {
    throw isCallError(thrown) ? withOwnCode(thrown) : thrown
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>
type ReceivedRequest = { method: string; url: URL; headers: Headers; body: () => Promise<unknown> }

/** A body that would not be looked at is refused: where a call takes none, and where it is no object of fields. */
async function wholeBody<T>({ next, request }: { next: () => Promise<T>; request: ReceivedRequest }): Promise<T> {
  const isEmpty = request.method === 'GET' && !hasBody(request.headers)
  // One that cannot be read is refused by what reads it next.
  const body = isEmpty ? undefined : await request.body().catch(() => undefined)
  if (body === undefined || body === null) return next()
  if (request.method === 'GET')
    throw toWire(new AppError('BAD_REQUEST', 'A GET takes its parameters in the address. Send no body with it.'))
  if (body instanceof FormData) return next()
  if (body instanceof URLSearchParams) {
    const [first = ''] = body.keys()
    if (!/^\s*[{[]/.test(first)) return next()
    throw toWire(
      new AppError(
        'BAD_REQUEST',
        'The body is JSON, but says that it is a form. Send it with the header “content-type: application/json”.',
      ),
    )
  }
  if (typeof body === 'object' && !Array.isArray(body) && !(body instanceof Blob)) return next()
  throw toWire(
    new AppError('BAD_REQUEST', 'The body of a call is an object of fields, as JSON, with the header “content-type: application/json”.'),
  )
}

type Answered = { matched: boolean; response?: { status: number; headers: Headers; body: unknown } | undefined }

const csvSchema = z.object({ filename: z.string(), csv: z.string() })

/** A table is sent as the file that it is, unless JSON is asked for, which says more about it. */
async function tableAsCsv<T extends Answered>({ next, request }: { next: () => Promise<T>; request: ReceivedRequest }): Promise<T> {
  const answer = await next()
  const asked = request.headers['accept']
  if (request.url.pathname !== '/api/metrics/csv' || answer.response?.status !== 200 || asked === 'application/json') return answer
  const { filename, csv } = csvSchema.parse(answer.response.body)
  return { ...answer, response: { ...answer.response, body: new File([csv], filename, { type: 'text/csv; charset=utf-8' }) } }
}

/** Without these there is no body. */
function hasBody(headers: Headers): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
