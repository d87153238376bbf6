import { RPCHandler } from '@orpc/server/ws'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { checkedInput } from '../core/api/call-input.ts'
import { router } from '../core/api/router.ts'
import type { Core } from '../core/core.ts'
import { webSocketProtocol } from './access-guard.ts'
import type { WebLimits } from './limits.ts'

const maxMessageBytes = 160 * 1024 * 1024
const maxSockets = 64
/** Above this much unsent, streams wait for their reader. */
const fullBytes = 1_000_000
const heartbeatMs = 30_000
/** How long a page that reads nothing may still take to hear that it is closed. */
const farewellMs = 2_000
const goingAway = 1001
const tryAgainLater = 1013

/** The contract over WebSockets, for pages. */
export class SocketDoor {
  readonly #core: Core
  readonly #limits: WebLimits
  readonly #handler = new RPCHandler(router, { clientInterceptors: [(call) => call.next({ ...call, input: checkedInput(call) })] })
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, handleProtocols: () => webSocketProtocol })
  readonly #answered = new WeakSet<WebSocket>()
  readonly #heartbeat: NodeJS.Timeout

  constructor(core: Core, limits: WebLimits) {
    this.#core = core
    this.#limits = limits
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
    this.#heartbeat.unref()
  }

  /** Takes over a connection that was let in. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#server.clients.size >= maxSockets) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#serve(ws))
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const ws of this.#server.clients) ws.close(goingAway)
    this.#server.close()
  }

  /** Drops what is still open. */
  terminate(): void {
    for (const ws of this.#server.clients) ws.terminate()
  }

  #serve(ws: WebSocket): void {
    this.#answered.add(ws)
    ws.on('pong', () => this.#answered.add(ws))
    ws.on('error', (error) => this.#core.log.warn({ err: error }, 'a page was cut off'))
    const bounded: Pick<WebSocket, 'addEventListener' | 'send'> = {
      addEventListener: ws.addEventListener.bind(ws),
      send: (data: string | Buffer) => this.#send(ws, data),
    }
    void this.#handler.upgrade(bounded, { context: { core: this.#core, drained: () => drained(ws) } })
  }

  /** Streams wait for their reader, but answers do not: who calls and calls without reading is closed. */
  #send(ws: WebSocket, data: string | Buffer): void {
    if (ws.readyState !== ws.OPEN) return
    ws.send(data)
    if (ws.bufferedAmount <= this.#limits.bufferedBytes) return
    this.#core.log.warn({ bytes: ws.bufferedAmount }, 'a page called without reading the answers and was closed')
    ws.close(tryAgainLater, 'Read the answers before you call again.')
    const farewell = setTimeout(() => ws.terminate(), farewellMs)
    ws.once('close', () => clearTimeout(farewell))
  }

  /** A page that did not answer the last ping is gone, whatever its connection says. */
  #beat(): void {
    for (const ws of this.#server.clients) {
      if (!this.#answered.delete(ws)) ws.terminate()
      else ws.ping()
    }
  }
}

/** Resolves when little is left to send, or nobody is there any more. */
async function drained(ws: WebSocket): Promise<void> {
  while (ws.bufferedAmount > fullBytes && ws.readyState === ws.OPEN) await new Promise((resolve) => setTimeout(resolve, 10))
}
