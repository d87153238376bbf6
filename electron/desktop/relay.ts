import type { WebSocket } from 'ws'
import { PacedPort, type MainPort } from './paced-port.ts'

/** More than this is not kept for a socket that is being opened. */
const mostEarly = 1_000

/**
 * Joins a page's port to a socket: both speak the same protocol, so what one says the other hears as it is. A page that takes nothing has
 * the socket wait, and so the one who sends. When either closes, the other does.
 */
export function relay(port: MainPort & { close(): void }, socket: WebSocket): void {
  const paced = new PacedPort(port)
  const early: (string | Uint8Array)[] = []
  paced.on('message', (event) => {
    const said = event?.data
    if (typeof said !== 'string' && !(said instanceof Uint8Array)) return
    if (socket.readyState === socket.OPEN) socket.send(said)
    else if (early.length < mostEarly) early.push(said)
    else socket.terminate()
  })
  socket.on('open', () => {
    for (const said of early.splice(0)) socket.send(said)
  })
  socket.on('message', (data, isBinary) => {
    paced.postMessage(isBinary ? bytesOf(data) : textOf(data))
    if (!paced.isFull) return
    socket.pause()
    void paced.drained().then(() => socket.resume())
  })
  // What goes wrong is followed by a close.
  socket.on('error', () => {})
  socket.on('close', () => port.close())
  port.on('close', () => socket.terminate())
}

type Data = Buffer | ArrayBuffer | Buffer[]

function bytesOf(data: Data): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data))
  return new Uint8Array(data)
}

function textOf(data: Data): string {
  return Buffer.from(bytesOf(data)).toString('utf8')
}
