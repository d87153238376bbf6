import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Core } from '../core/core.ts'
import { pathOf, sendJson } from './rest.ts'

/** Bodies of these types are calls; any other is the file itself. */
const calls = /^(application\/json|multipart\/form-data|application\/x-www-form-urlencoded)/i

/**
 * Files that are imported as the body of a request, of any length: they go to the disk as they come.
 * `POST /api/conversations/import?name=FILE&wait=true` with the bytes.
 */
export class UploadDoor {
  readonly #core: Core

  constructor(core: Core) {
    this.#core = core
  }

  takes(request: IncomingMessage): boolean {
    const type = request.headers['content-type']
    return request.method === 'POST' && pathOf(request) === '/api/conversations/import' && type !== undefined && !calls.test(type)
  }

  /** Answers the import, when it has begun or, with `wait`, when it has ended. Throws TOO_LARGE, DISK_FULL. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { transfers } = this.#core
    const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '')
    const begun = await transfers.importBytes(request, query.get('name') ?? 'upload')
    sendJson(response, 200, query.get('wait') === 'true' ? await transfers.ended(begun.id) : transfers.get(begun.id))
  }
}
