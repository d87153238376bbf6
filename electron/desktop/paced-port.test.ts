import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { takenMessage } from '../../shared/desktop-bridge.ts'
import { EventLog } from '../core/events/event-log.ts'
import { withIds } from '../core/api/stream.ts'
import { PacedPort } from './paced-port.ts'

type Said = { type: 'said' | 'sync'; seq: number; text: string }

class Port extends EventEmitter {
  readonly sent: string[] = []
  get bytes(): number {
    return this.sent.reduce((sum, text) => sum + text.length, 0)
  }
  postMessage(data: unknown): void {
    this.sent.push(String(data))
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a page that takes nothing costs a bounded amount, and goes on from the present when it takes again', async () => {
  const port = new Port()
  const paced = new PacedPort(port)
  const log = new EventLog<Said>({ sync: (seq) => ({ type: 'sync', seq, text: '' }), maxEvents: 100 })
  const reading = (async () => {
    for await (const event of withIds(log.stream(), () => paced.drained())) paced.postMessage(JSON.stringify(event))
  })()
  const text = 'x'.repeat(100_000)
  for (let count = 0; count < 1_000; count += 1) {
    log.publish((seq) => ({ type: 'said', seq, text }))
    await turn()
  }
  expect(port.bytes).toBeLessThan(5_000_000)
  const before = port.sent.length
  port.emit('message', { data: takenMessage(port.bytes) })
  await turn()
  await turn()
  expect(port.sent[before]).toContain('"sync"')
  port.emit('close')
  log.close()
  await reading
})

test('what a page says of its pace is not taken for a call, and all else is', () => {
  const port = new Port()
  const paced = new PacedPort(port)
  const calls: unknown[] = []
  paced.on('message', (event) => calls.push(event?.data))
  const others = ['{"id":1}', new Uint8Array([1]), 'taken:', 'taken:x', null]
  for (const data of [takenMessage(7), ...others]) port.emit('message', { data })
  expect(calls).toEqual(others)
})
