import fc from 'fast-check'
import { expect, test } from 'vitest'
import { charactersIn } from './characters-in.ts'
import { EventLog, type Identified } from './event-log.ts'

type Event = { seq: number; text: string; kind: 'sync' | 'part' | 'whole' }

function logOf(bounds: { maxEvents?: number } = {}) {
  return new EventLog<Event>({
    sync: (seq) => ({ seq, text: '', kind: 'sync' }),
    join: (a, b) => (a.kind === 'part' && b.kind === 'part' ? { ...b, text: a.text + b.text } : null),
    ...bounds,
  })
}

async function readUntil(stream: AsyncGenerator<Identified<Event>>, seq: number): Promise<Identified<Event>[]> {
  const seen: Identified<Event>[] = []
  for await (const item of stream) {
    seen.push(item)
    if (item.event.seq >= seq) return seen
  }
  return seen
}

test('a reader without a position is told to sync and then gets what comes', async () => {
  const log = logOf()
  log.publish((seq) => ({ seq, text: 'before', kind: 'whole' }))
  const stream = log.stream()
  const first = await stream.next()
  expect(first.value?.event).toEqual({ seq: 1, text: '', kind: 'sync' })
  log.publish((seq) => ({ seq, text: 'after', kind: 'whole' }))
  const second = await stream.next()
  expect(second.value?.event.text).toBe('after')
  await stream.return()
})

test('resuming with the last id goes on without a gap or a repeat, wherever the connection broke', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ text: fc.string({ minLength: 1, maxLength: 3 }), part: fc.boolean() }), { minLength: 1, maxLength: 60 }),
      fc.nat(),
      async (items, cut) => {
        const log = logOf()
        const begin = await log.stream().next()
        const id = begin.value?.id
        for (const { text, part } of items) log.publish((seq) => ({ seq, text, kind: part ? 'part' : 'whole' }))
        const breakAt = 1 + (cut % items.length)
        const before = await readUntil(log.stream({ lastEventId: id }), breakAt)
        const last = before.at(-1)
        const rest = last && last.event.seq < items.length ? await readUntil(log.stream({ lastEventId: last.id }), items.length) : []
        const text = [...before, ...rest].map(({ event }) => event.text).join('')
        expect(text).toBe(items.map((item) => item.text).join(''))
        expect([...before, ...rest].every(({ event }) => event.kind !== 'sync')).toBe(true)
      },
    ),
    { numRuns: 100 },
  )
})

test('a reader that fell behind the bounded history is told to sync', async () => {
  const log = logOf({ maxEvents: 10 })
  const begin = await log.stream().next()
  for (let count = 0; count < 50; count += 1) log.publish((seq) => ({ seq, text: 'x', kind: 'whole' }))
  const late = await log.stream({ lastEventId: begin.value?.id }).next()
  expect(late.value?.event).toMatchObject({ kind: 'sync', seq: 50 })
})

test('an id of another run of the app is no position', async () => {
  const other = logOf()
  other.publish((seq) => ({ seq, text: 'x', kind: 'whole' }))
  const seen = await other.stream().next()
  const log = logOf()
  for (let count = 0; count < 3; count += 1) log.publish((seq) => ({ seq, text: 'y', kind: 'whole' }))
  const first = await log.stream({ lastEventId: seen.value?.id }).next()
  expect(first.value?.event.kind).toBe('sync')
})

test('aborting and closing end a stream that waits', async () => {
  const log = logOf()
  const abort = new AbortController()
  const stream = log.stream({ signal: abort.signal })
  await stream.next()
  const waiting = stream.next()
  abort.abort()
  expect((await waiting).done).toBe(true)
  const other = log.stream()
  await other.next()
  const held = other.next()
  log.close()
  expect((await held).done).toBe(true)
  expect(log.readers).toBe(0)
})

test('an event that weighs more than the history may is told, and the ones before it are let go', async () => {
  const log = new EventLog<Event>({
    sync: (seq) => ({ seq, text: '', kind: 'sync' }),
    weigh: ({ text }) => text.length,
    maxWeight: 100,
  })
  const begin = await log.stream().next()
  const stream = log.stream({ lastEventId: begin.value?.id })
  log.publish((seq) => ({ seq, text: 'x'.repeat(1_000), kind: 'whole' }))
  const told = await stream.next()
  expect(told.value?.event).toMatchObject({ seq: 1, kind: 'whole' })
  log.publish((seq) => ({ seq, text: 'small', kind: 'whole' }))
  const late = await log.stream({ lastEventId: begin.value?.id }).next()
  expect(late.value?.event.kind).toBe('sync')
  await stream.return()
})

test('what an event holds is counted at any depth', () => {
  const deep = Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], 'x'.repeat(5_000))
  expect(charactersIn({ deep, n: 1 })).toBeGreaterThan(105_000)
  expect(charactersIn(['a', 'b'])).toBeLessThan(50)
})
