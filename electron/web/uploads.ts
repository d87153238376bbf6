import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { AppError } from '../../shared/app-error.ts'
import { strictInput } from '../core/api/strict-input.ts'
import type { Core } from '../core/core.ts'
import { parametersOf, pathOf, sendJson } from './rest.ts'
import { parseJson } from '../core/storage/parse-json.ts'

/** What is neither a form with files nor plainly a file may be a call, or a file that is JSON: its beginning tells. */
const form = /^multipart\/form-data/i
const mayBeCall = /^(application\/json|application\/x-www-form-urlencoded)/i
/** No call of an import is longer. */
const mostOfCall = 65_536

/** What stands in the address of an upload. */
const uploadSchema = z.object({
  name: z.string().min(1).max(255).default('upload'),
  wait: z.enum(['true', 'false']).default('false'),
})

/**
 * Files that are imported as the body of a request, of any length: they go to the disk as they come.
 * `POST /api/conversations/import?name=FILE&wait=true` with the bytes, under any content type but that of a form with files.
 */
export class UploadDoor {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  takes(request: IncomingMessage): boolean {
    const isImport = request.method === 'POST' && pathOf(request) === '/api/conversations/import'
    return isImport && !form.test(request.headers['content-type'] ?? '')
  }

  /**
   * Answers the import, when it has begun or, with `wait`, when it has ended. False: it is a call, whose fields `request.body` has now.
   * Throws BAD_REQUEST, TOO_LARGE, DISK_FULL.
   */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { transfers } = this.#core
    let bytes: AsyncIterable<unknown> = request
    if (mayBeCall.test(request.headers['content-type'] ?? 'application/json')) {
      const chunks = request[Symbol.asyncIterator]()
      const { first, over } = await beginningOf(chunks)
      const call = over ? callIn(first) : null
      if (call !== null) {
        Object.assign(request, { body: call })
        return false
      }
      bytes = joined(first, chunks)
    }
    const { name, wait } = addressOf(request)
    const begun = await transfers.importBytes(bytes, name)
    sendJson(response, 200, wait === 'true' ? await transfers.ended(begun.id) : transfers.get(begun.id))
    return true
  }
}

function addressOf(request: IncomingMessage): z.infer<typeof uploadSchema> {
  const given = strictInput(uploadSchema, Object.fromEntries(parametersOf(request)), (name) => name)
  const parsed = uploadSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.') ?? 'name'
  throw new AppError('BAD_REQUEST', `${field}: ${parsed.error.issues[0]?.message ?? 'It does not fit.'}`, { data: { field } })
}

/** So much of a body as a call may have; `over`: that was all of it. */
async function beginningOf(chunks: AsyncIterator<unknown>): Promise<{ first: Buffer; over: boolean }> {
  const read: Buffer[] = []
  for (let length = 0; length <= mostOfCall;) {
    const next = await chunks.next()
    if (next.done === true) return { first: Buffer.concat(read), over: true }
    if (!Buffer.isBuffer(next.value)) continue
    read.push(next.value)
    length += next.value.length
  }
  return { first: Buffer.concat(read), over: false }
}

async function* joined(first: Buffer, chunks: AsyncIterator<unknown>): AsyncGenerator<unknown, void, void> {
  yield first
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
}

/** The fields of a call: one small object without anything inside. A conversation or a transcript has more, or says what it is. */
function callIn(bytes: Buffer): Record<string, unknown> | null {
  if (bytes.length === 0) return {}
  const parsed = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).safeParse(parseJson(bytes))
  if (!parsed.success) return null
  return ['type', 'uuid', 'id', 'sessionId', 'version'].some((mark) => mark in parsed.data) ? null : parsed.data
}
