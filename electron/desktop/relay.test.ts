import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer, type RawData } from 'ws'
import { until } from '../../e2e/support/until.ts'
import { takenMessage } from '../../shared/desktop-bridge.ts'
import { relay } from './relay.ts'

let server: WebSocketServer
beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
})
afterEach(() => {
  for (const client of server.clients) client.terminate()
  server.close()
})

/** The end of a page's port that stays with us. */
class Port extends EventEmitter {
  readonly heard: unknown[] = []
  isClosed = false
  get bytes(): number {
    return this.heard.reduce((sum: number, data) => sum + String(data).length, 0)
  }
  postMessage(data: unknown): void {
    this.heard.push(data)
  }
  close(): void {
    this.isClosed = true
    this.emit('close')
  }
  says(data: unknown): void {
    this.emit('message', { data })
  }
}

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(new Uint8Array(data)))

const isPort = (address: unknown): address is AddressInfo => typeof address === 'object' && address !== null

async function joined(): Promise<{ port: Port; there: WebSocket }> {
  const address = server.address()
  if (!isPort(address)) throw new Error('The server has no port.')
  const port = new Port()
  const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve))
  relay(port, new WebSocket(`ws://127.0.0.1:${address.port}`))
  // Before the socket is open.
  port.says('early')
  const there = await accepted
  return { port, there }
}

test('what one says the other hears, as it is and in its order, also what was said before the socket was open', async () => {
  const { port, there } = await joined()
  const heard: unknown[] = []
  there.on('message', (data, isBinary) => heard.push(isBinary ? [...bytesOf(data)] : bytesOf(data).toString()))
  port.says('then')
  port.says(takenMessage(0))
  port.says(new Uint8Array([1, 2, 3]))
  await until('all of it', () => heard.length === 3)
  expect(heard).toEqual(['early', 'then', [1, 2, 3]])
  there.send('an answer')
  there.send(new Uint8Array([4, 5]))
  await until('the answers', () => port.heard.length === 2)
  expect(port.heard).toEqual(['an answer', new Uint8Array([4, 5])])
})

test('a page that takes nothing has the other side wait; when it takes again, nothing is missing', async () => {
  const { port, there } = await joined()
  const text = 'x'.repeat(1_000_000)
  for (let count = 0; count < 30; count += 1) there.send(text)
  let before = -1
  await until('nothing more to come', () => {
    const isStill = port.bytes > 0 && port.bytes === before
    before = port.bytes
    return isStill
  })
  expect(port.bytes).toBeLessThan(12_000_000)
  await until('all of it', () => {
    port.says(takenMessage(port.bytes))
    return port.bytes === 30_000_000
  })
})

test('when one side closes, so does the other', async () => {
  const first = await joined()
  const closed = once(first.there, 'close')
  first.port.close()
  await closed
  const second = await joined()
  second.there.close()
  await until('the port to be closed', () => second.port.isClosed)
  expect(first.there.readyState).toBe(WebSocket.CLOSED)
})
