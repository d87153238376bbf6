import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../shared/app-error.ts'

/** The subprotocol that the server answers with, and the prefix of the one that carries the token. */
export const webSocketProtocol = 'bullpen'
export const tokenProtocolPrefix = 'bullpen.token.'

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
 * - Host is this machine by name (`127.0.0.1`, `localhost`, `[::1]`) or a name that the user allowed: no other name that was made to point
 *   here (DNS rebinding). The port does not matter, for it is another one where it is forwarded.
 * - Origin, where there is one, has such a name too: no other site in the same browser. Programs send none.
 * - The token comes as `Authorization: Bearer TOKEN` (REST and server-sent events) or, because a page cannot set headers on a WebSocket, as
 *   a subprotocol. Never in a URL. Or the browser has signed in before and sends the cookie that it got for the token. Cookies are shared by
 *   all ports of a machine, so that one counts only when the very page that was served here asks.
 *
 * How a page gets in: it is opened as `http://127.0.0.1:PORT/#token=TOKEN`. It reads the token from `location.hash`, takes it out of the
 * address with `history.replaceState` and sends it to `POST /sign-in`, which answers with the cookie: from then on every tab and bookmark
 * of this browser is signed in, over restarts of Bullpen, until the token is renewed. A handshake is refused with 401 when neither holds,
 * which a page sees only as a close with code 1006. To tell that from a server that is gone, it asks `fetch('/api/health')`: 401
 * UNAUTHORIZED means that it has to sign in again; no answer means try again with a growing pause. A server that ends closes with 1001.
 */
export class AccessGuard {
  readonly #token: string
  readonly #tokenDigest: Buffer
  readonly #cookieDigest: Buffer
  readonly #port: number
  readonly #names: ReadonlySet<string>
  readonly #allowed: ReadonlySet<string>

  /** `allowHosts`: further names, as a reverse proxy or a tunnel has them. */
  constructor({ token, port, allowHosts = [] }: { token: string; port: number; allowHosts?: readonly string[] }) {
    this.#token = token
    this.#port = port
    this.#tokenDigest = digest(token)
    this.#cookieDigest = digest(this.#cookieValue())
    this.#allowed = new Set(allowHosts.map((name) => name.toLowerCase()))
    this.#names = new Set([...loopbackNames, ...this.#allowed])
  }

  /** Throws FORBIDDEN for a foreign Host or Origin. `fromFrame`: our own frame without an origin may ask for this too. */
  checkSource(headers: IncomingHttpHeaders, { fromFrame = false }: { fromFrame?: boolean } = {}): void {
    const host = headers.host?.toLowerCase() ?? ''
    if (!this.#names.has(nameOf(host) ?? '')) {
      const address = `http://127.0.0.1:${this.#port}`
      const allow = nameOf(host) ?? 'NAME'
      throw new AppError(
        'FORBIDDEN',
        `Bullpen does not answer as “${host.slice(0, 200)}”. Open ${address} on this machine, or the port that you forwarded it to, as localhost. To allow this name, start it with: bullpen serve --allow-host ${allow}`,
      )
    }
    const { origin } = headers
    if (origin !== undefined && !(fromFrame && origin === 'null') && !this.#isOwnOrigin(origin.toLowerCase())) {
      throw new AppError('FORBIDDEN', `Pages of ${origin.slice(0, 200)} may not speak to Bullpen. Use the page that Bullpen serves itself.`)
    }
  }

  /** Throws UNAUTHORIZED unless the request carries the token as a bearer, or, without one, comes from a page that has signed in. */
  checkBearer(headers: IncomingHttpHeaders): void {
    if (headers.authorization === undefined && this.#isSignedIn(headers)) return
    const [, token] = /^bearer +(\S+)$/i.exec(headers.authorization?.trim() ?? '') ?? []
    this.#check(token)
  }

  /** Throws UNAUTHORIZED unless a WebSocket handshake carries the token as a subprotocol or as a bearer, or has signed in. */
  checkWebSocket(headers: IncomingHttpHeaders): void {
    const offered = headers['sec-websocket-protocol']?.split(',').map((part) => part.trim()) ?? []
    const token = offered.find((part) => part.startsWith(tokenProtocolPrefix))?.slice(tokenProtocolPrefix.length)
    if (token === undefined) this.checkBearer(headers)
    else this.#check(token)
  }

  /** The `Set-Cookie` that signs a browser in. Throws UNAUTHORIZED unless it has the token or is signed in. */
  signIn(headers: IncomingHttpHeaders): string {
    this.checkBearer(headers)
    return `${cookieName(headers)}=${this.#cookieValue()}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${cookieSeconds}`
  }

  #isOwnOrigin(origin: string): boolean {
    const [, scheme, host = ''] = /^(https?):\/\/([^/]+)$/.exec(origin) ?? []
    const name = nameOf(host)
    if (scheme === undefined || name === null) return false
    return scheme === 'http' ? this.#names.has(name) : this.#allowed.has(name)
  }

  #isSignedIn(headers: IncomingHttpHeaders): boolean {
    const { origin, cookie = '' } = headers
    const site = headers['sec-fetch-site']
    if (origin !== undefined && origin.toLowerCase().replace(/^https?:\/\//, '') !== headers.host?.toLowerCase()) return false
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
    const wanted = `${cookieName(headers)}=`
    const found = cookie.split(';').find((part) => part.trim().startsWith(wanted))
    return found !== undefined && timingSafeEqual(digest(found.trim().slice(wanted.length)), this.#cookieDigest)
  }

  /** Not the token itself: what leaks from a browser opens this port alone, and nothing else. */
  #cookieValue(): string {
    return createHmac('sha256', this.#token).update(`sign-in ${this.#port}`).digest('base64url')
  }

  #check(token: string | undefined): void {
    if (token !== undefined && timingSafeEqual(digest(token), this.#tokenDigest)) return
    const what = token === undefined ? 'The token is missing' : 'The token is wrong'
    throw new AppError(
      'UNAUTHORIZED',
      `${what}. Use the one that Bullpen printed when it started, as “Authorization: Bearer …”, or open the address it printed.`,
    )
  }
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']
/** The longest that browsers allow. */
const cookieSeconds = 34_560_000

/** The name in a Host header, without its port; null when it is none. */
function nameOf(host: string): string | null {
  const [, name] = /^(\[::1\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(host) ?? []
  return name ?? null
}

/** Cookies do not tell ports apart, so their names do: by the port that the browser sees. */
function cookieName(headers: IncomingHttpHeaders): string {
  return `bullpen-${/:(\d{1,5})$/.exec(headers.host ?? '')?.[1] ?? 'web'}`
}

/** Digests have equal lengths, so comparing them takes the same time whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
