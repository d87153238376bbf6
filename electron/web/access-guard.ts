import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../shared/app-error.ts'

/** The subprotocol that the server answers with, and the prefix of the one that carries the token. */
export const webSocketProtocol = 'bullpen'
const tokenProtocolPrefix = 'bullpen.token.'

/** A new secret of 256 bits, in characters that are safe in a URL fragment, a header and a subprotocol. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The address that a person opens. The fragment is never sent, so the token is in no log and no Referer. */
export function pageAddress(url: string, token: string): string {
  return `${url}/#token=${token}`
}

/**
 * Decides who may speak to the web shell, before anything else is looked at.
 *
 * - Host is exactly `127.0.0.1:PORT` or `localhost:PORT`: no other name that was made to point here (DNS rebinding).
 * - Origin, where there is one, is our own: no other site in the same browser. Programs send none and need the token only.
 * - The token comes as `Authorization: Bearer TOKEN` (REST and server-sent events) or, because a page cannot set headers
 *   on a WebSocket, as a subprotocol. Never in a URL.
 *
 * How a page gets in: it is opened as `http://127.0.0.1:PORT/#token=TOKEN`. It reads the token from `location.hash`, keeps it
 * in `sessionStorage` (a reload still works, another tab does not see it) and takes it out of the address with
 * `history.replaceState`. Then `new WebSocket('ws://' + location.host + '/rpc', ['bullpen', 'bullpen.token.' + token])`; the
 * server chooses `bullpen`. The handshake is refused with 401 when the token is wrong (it changes with every start of
 * Bullpen), which a page sees only as a close with code 1006. To tell that from a server that is gone, it asks
 * `fetch('/api/health', { headers: { authorization: 'Bearer ' + token } })`: 401 UNAUTHORIZED means that a new address is
 * needed (say so, do not try again); no answer means try again with a growing pause. A server that ends closes with 1001.
 */
export class AccessGuard {
  readonly #tokenDigest: Buffer
  readonly #hosts: ReadonlySet<string>

  constructor(options: { token: string; port: number }) {
    this.#tokenDigest = digest(options.token)
    const names = ['127.0.0.1', 'localhost']
    this.#hosts = new Set(names.flatMap((name) => (options.port === 80 ? [name, `${name}:80`] : [`${name}:${options.port}`])))
  }

  /** Throws FORBIDDEN for a foreign Host or Origin. */
  checkSource(headers: IncomingHttpHeaders): void {
    const host = headers.host?.toLowerCase() ?? ''
    if (!this.#hosts.has(host)) {
      throw new AppError(
        'FORBIDDEN',
        `Bullpen answers only as ${[...this.#hosts].join(' or ')}. Open one of these addresses on this machine.`,
      )
    }
    const { origin } = headers
    if (origin !== undefined && !this.#isOwnOrigin(origin)) {
      throw new AppError('FORBIDDEN', `Pages of ${origin.slice(0, 200)} may not speak to Bullpen. Use the page that Bullpen serves itself.`)
    }
  }

  /** Throws UNAUTHORIZED unless the request carries the token as a bearer. */
  checkBearer(headers: IncomingHttpHeaders): void {
    const [, token] = /^bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '') ?? []
    this.#check(token)
  }

  /** Throws UNAUTHORIZED unless a WebSocket handshake carries the token as a subprotocol or as a bearer. */
  checkWebSocket(headers: IncomingHttpHeaders): void {
    const offered = headers['sec-websocket-protocol']?.split(',').map((part) => part.trim()) ?? []
    const token = offered.find((part) => part.startsWith(tokenProtocolPrefix))?.slice(tokenProtocolPrefix.length)
    if (token === undefined) this.checkBearer(headers)
    else this.#check(token)
  }

  #isOwnOrigin(origin: string): boolean {
    const [, host] = /^http:\/\/([^/]+)$/.exec(origin.toLowerCase()) ?? []
    return host !== undefined && this.#hosts.has(host)
  }

  #check(token: string | undefined): void {
    if (token !== undefined && timingSafeEqual(digest(token), this.#tokenDigest)) return
    const what = token === undefined ? 'The token is missing' : 'The token is wrong'
    throw new AppError(
      'UNAUTHORIZED',
      `${what}. Use the one that Bullpen printed at this start, as “Authorization: Bearer …”, or open the address it printed.`,
    )
  }
}

/** Digests have equal lengths, so comparing them takes the same time whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
