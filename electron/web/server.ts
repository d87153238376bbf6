import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { join } from 'node:path'
import { AppError, errorStatus, isUnforeseen, toAppError } from '../../shared/app-error.ts'
import { isFrameFile } from '../../shared/page-policy.ts'
import type { Core } from '../core/core.ts'
import { AccessGuard, newToken, tokenProtocolPrefix } from './access-guard.ts'
import { BackOff } from './back-off.ts'
import { EventStreamDoor } from './event-stream.ts'
import { HookDoor } from './hooks.ts'
import { webLimits, type WebLimits } from './limits.ts'
import { pathOf, RestDoor, sendError } from './rest.ts'
import { sendRefusalPage, wantsPage } from './refusal-page.ts'
import { SocketDoor } from './sockets.ts'
import { serveFile } from './static-files.ts'
import { UploadDoor } from './uploads.ts'

/** A connection is kept for the next call of a script that takes its time: one that is closed just then would cost it that call. */
const keepAliveMs = 65_000

export type WebServer = {
  url: string
  port: number
  token: string
  /** Tells every page that the server goes, and closes it. */
  close: () => Promise<void>
}

export type WebServerOptions = {
  core: Core
  /** 0: the one of the last time where that is free, else any free one. */
  port: number
  lastPort?: number | null
  /** A new one when left out. */
  token?: string
  /** Names besides those of this machine under which it may be reached. */
  allowHosts?: readonly string[]
  version: string
  /** Where the built page is; `out/renderer` when left out. */
  pageFolder?: string
  limits?: Partial<WebLimits>
}

const builtPage = join(import.meta.dirname, '..', '..', 'out', 'renderer')

/** Serves the app on this machine alone: its page, WebSockets at `/rpc` and REST at `/api`. Throws PORT_TAKEN. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { core, port, version, lastPort = null, token = newToken(), allowHosts = [], pageFolder = builtPage } = options
  const limits = { ...webLimits, ...options.limits }
  const server = createServer({ keepAliveTimeout: keepAliveMs })
  const bound = await listenAgain(server, port, lastPort)
  const guard = new AccessGuard({ token, port: bound, allowHosts })
  const hookBackOff = new BackOff()
  const doors: Doors = {
    core,
    pageFolder,
    guard,
    rest: new RestDoor(core, version),
    streams: new EventStreamDoor(core, limits),
    uploads: new UploadDoor(core),
    hooks: new HookDoor(core, hookBackOff),
    backOff: new BackOff(),
  }
  const sockets = new SocketDoor(core, limits)
  server.on('request', (request, response) => {
    answer(doors, request, response).catch((thrown: unknown) => fail(doors, response, thrown))
  })
  server.on('upgrade', (request, socket, head) => void upgrade(doors, sockets, request, socket, head))
  server.on('clientError', (_, socket) => socket.destroy())
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    token,
    close: async () => {
      doors.backOff.close()
      hookBackOff.close()
      await close(server, sockets)
    },
  }
}

/** Where it was the last time, so that open tabs and bookmarks go on; any free port where that one is taken. */
async function listenAgain(server: Server, port: number, lastPort: number | null): Promise<number> {
  if (port !== 0 || lastPort === null) return listen(server, port)
  return listen(server, lastPort).catch((thrown: unknown) => {
    if (thrown instanceof AppError && thrown.code === 'PORT_TAKEN') return listen(server, 0)
    throw thrown
  })
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  }).catch((thrown: unknown) => {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
    if (code === 'EADDRINUSE')
      throw new AppError(
        'PORT_TAKEN',
        `Port ${port} is taken by another program. Choose another with --port, or leave it out for a free one.`,
        { cause: thrown },
      )
    if (code === 'EACCES')
      throw new AppError('PORT_TAKEN', `Port ${port} is not open to you. Choose one above 1023 with --port.`, { cause: thrown })
    throw thrown
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The server has no port.')
  return address.port
}

type Doors = {
  core: Core
  pageFolder: string
  guard: AccessGuard
  rest: RestDoor
  streams: EventStreamDoor
  uploads: UploadDoor
  hooks: HookDoor
  backOff: BackOff
}

async function answer(doors: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { guard, rest, streams, uploads, hooks, pageFolder } = doors
  const path = pathOf(request)
  guard.checkSource(request.headers, { fromFrame: isFrameFile(path) })
  if (path === '/sign-in') return signIn(guard, request, response)
  if (path === '/metrics') return sendMetrics(doors, request, response)
  if (hooks.takes(request)) return hooks.handle(request, response)
  if (path !== '/api' && !path.startsWith('/api/')) return servePage(pageFolder, path, request, response)
  guard.checkBearer(request.headers)
  if (uploads.takes(request) && (await uploads.handle(request, response))) return
  const stream = streams.streamFor(request)
  await (stream ? streams.send(stream, request, response) : rest.handle(request, response))
}

/** Gives a browser that has the token the cookie that stands for it from then on. */
function signIn(guard: AccessGuard, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'POST') throw new AppError('NOT_FOUND', 'Sign in with POST and the token as “Authorization: Bearer …”.')
  response.writeHead(204, { 'set-cookie': guard.signIn(request.headers), 'cache-control': 'no-store' }).end()
}

/** For Prometheus, which shows a secret of its own that stays over restarts; the page's token does too. */
async function sendMetrics({ core, guard }: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (core.settings.current().prometheus === false)
    throw new AppError('NOT_FOUND', 'Prometheus metrics are switched off. Switch them on in the settings.')
  if (!core.metrics.maySee(request.headers.authorization)) guard.checkBearer(request.headers)
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new AppError('NOT_FOUND', 'Figures can only be read: use GET.')
  const { contentType, text } = await core.metrics.prometheus()
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  response.end(request.method === 'HEAD' ? undefined : text)
}

async function servePage(folder: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new AppError('NOT_FOUND', 'Only pages are here; calls begin with /api.')
  await serveFile(folder, path, response)
}

async function upgrade(
  { guard, backOff }: Doors,
  sockets: SocketDoor,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => socket.destroy())
  try {
    guard.checkSource(request.headers)
    guard.checkWebSocket(request.headers)
    if (pathOf(request) !== '/rpc') throw new AppError('NOT_FOUND', 'WebSockets are at /rpc.')
    sockets.upgrade(request, socket, head)
  } catch (thrown) {
    const { code } = toAppError(thrown)
    if (isGuess(code, request) && !(await backOff.turn())) return void socket.destroy()
    socket.end(`HTTP/1.1 ${errorStatus[code]} ${code}\r\nconnection: close\r\n\r\n`)
  }
  return undefined
}

async function fail({ core, backOff }: Doors, response: ServerResponse, thrown: unknown): Promise<void> {
  const error = toAppError(thrown)
  if (isUnforeseen(thrown)) core.log.error({ err: error.cause ?? error, path: pathOf(response.req) }, 'a request failed')
  if (isGuess(error.code, response.req) && !(await backOff.turn())) {
    const tooMany = 'Too many wrong tokens. Wait a minute, then use the one that Bullpen printed when it started.'
    response.setHeader('connection', 'close').setHeader('retry-after', '60')
    return sendError(response, new AppError('LIMIT_REACHED', tooMany, { data: { retryAfterSeconds: 60 } }))
  }
  if (response.headersSent) response.destroy()
  else if (wantsPage(response.req.headers.accept)) sendRefusalPage(response, error)
  else sendError(response, error)
  return undefined
}

/** Whether somebody tried a token that is not the one. */
function isGuess(code: AppError['code'], { headers }: IncomingMessage): boolean {
  const isGiven = headers.authorization !== undefined || headers['sec-websocket-protocol']?.includes(tokenProtocolPrefix) === true
  return code === 'UNAUTHORIZED' && isGiven
}

async function close(server: Server, sockets: SocketDoor): Promise<void> {
  sockets.close()
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const timer = setTimeout(() => {
    sockets.terminate()
    server.closeAllConnections()
  }, 500)
  await closed
  clearTimeout(timer)
}
