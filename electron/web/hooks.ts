import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, toAppError } from '../../shared/app-error.ts'
import type { Fired } from '../../shared/domain/trigger.ts'
import type { Core } from '../core/core.ts'
import { mostHookBytes } from '../core/triggers/hook.ts'
import type { BackOff } from './back-off.ts'
import { pathOf, sendJson } from './rest.ts'

const hookPath = /^(?:\/api)?\/hooks\/([^/]+)$/
/** What whoever guesses ids or secrets is told. */
const guessed: ReadonlySet<AppError['code']> = new Set(['NOT_FOUND', 'UNAUTHORIZED'])

/** `POST /hooks/{id}`: calls that start runs. They bear no token; each is signed with the secret of its trigger, over its body as it came. */
export class HookDoor {
  readonly #core: Core
  readonly #backOff: BackOff

  /** `backOff`: one of its own, for wrong signatures. */
  constructor(core: Core, backOff: BackOff) {
    this.#core = core
    this.#backOff = backOff
  }

  takes(request: IncomingMessage): boolean {
    return hookPath.test(pathOf(request))
  }

  /**
   * Answers once what came of it is on disk: 202 where a run begins, now or later; 200 where the call is a repetition, or is not what is
   * waited for. Throws what `Triggers.receive` does, and STATE_CONFLICT where the run could not be started, for the caller to try again.
   */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') throw new AppError('NOT_FOUND', 'A hook is called with POST.')
    const [, id = ''] = hookPath.exec(pathOf(request)) ?? []
    try {
      const body = await bodyOf(request)
      const fired = await this.#core.triggers.receive(id, request.headers, body)
      if (fired.outcome === 'failed') throw new AppError('STATE_CONFLICT', fired.reason ?? 'The run could not be started. Try again later.')
      sendJson(response, statusOf(fired), fired)
    } catch (thrown) {
      if (toAppError(thrown).code === 'TOO_LARGE') response.setHeader('connection', 'close')
      throw await this.#slowed(thrown, response)
    }
  }

  /** A refusal of what may be a guess waits until it is its turn. */
  async #slowed(thrown: unknown, response: ServerResponse): Promise<unknown> {
    if (!guessed.has(toAppError(thrown).code) || (await this.#backOff.turn())) return thrown
    response.setHeader('connection', 'close').setHeader('retry-after', '60')
    const message = 'Too many calls with a wrong signature. Wait a minute, and check the secret before you try again.'
    return new AppError('LIMIT_REACHED', message, { data: { retryAfterSeconds: 60 } })
  }
}

function statusOf({ outcome, isRepeated }: Fired): number {
  return !isRepeated && (outcome === 'started' || outcome === 'queued') ? 202 : 200
}

/** Throws TOO_LARGE as soon as there is too much of it. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) throw new TypeError('A body comes in bytes.')
    bytes += chunk.length
    if (bytes > mostHookBytes)
      throw new AppError(
        'TOO_LARGE',
        `The body has more than ${mostHookBytes / 1_000_000} MB. Send where the data lies instead of the data.`,
      )
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
