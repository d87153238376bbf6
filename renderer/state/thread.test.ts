import { afterEach, expect, test, vi } from 'vitest'
import { patienceMs } from '../../e2e/support/until.ts'
import type { ConversationEvent } from '../../shared/domain/event.ts'
import type { Message } from '../../shared/domain/message.ts'
import { idOf, sampleConversation, sampleMessage } from '../../e2e/support/samples.ts'
import type { ThreadSource } from './thread-source.ts'
import { ThreadCache } from './thread-cache.ts'
import { Thread } from './thread.ts'

const conversationId = idOf('conv', 1)
const open: { close: () => void }[] = []

afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** A small core in memory: stores messages, streams events, and can cut its streams. */
class TinyCore implements ThreadSource {
  readonly stored: Message[] = []
  readonly log: ConversationEvent[] = []
  readonly resumedFrom: (string | undefined)[] = []
  /** False: a stream that is opened begins with `sync`. */
  remembers = true
  #wake = new Set<() => void>()
  #cuts = 0

  publish(event: ConversationEvent): void {
    if (event.type === 'message') this.stored.push(event.message)
    this.log.push(event)
    this.#rouse()
  }

  cut(): void {
    this.#cuts += 1
    this.#rouse()
  }

  async messages({ before = Number.POSITIVE_INFINITY, limit }: { before?: number; limit: number }) {
    const known = this.stored.filter((message) => message.seq < before)
    const items = known.slice(-limit)
    return { items, nextCursor: known.length > limit ? String(items[0]?.seq) : null }
  }

  async turns() {
    return { items: [] }
  }

  async *events({ lastEventId, signal }: { lastEventId: string | undefined; signal: AbortSignal }) {
    this.resumedFrom.push(lastEventId)
    const cuts = this.#cuts
    let position = lastEventId === undefined || !this.remembers ? this.log.length : Number(lastEventId)
    if (lastEventId === undefined || !this.remembers) yield { id: String(position), event: this.#sync(position) }
    while (!signal.aborted) {
      if (this.#cuts > cuts) throw new Error('cut')
      const event = this.log[position]
      if (event) {
        position += 1
        yield { id: String(position), event }
      } else await new Promise<void>((resolve) => this.#wake.add(resolve))
    }
  }

  explain() {
    return { message: 'It broke.', final: false }
  }

  #sync(seq: number): ConversationEvent {
    const messageSeq = this.stored.at(-1)?.seq ?? -1
    return {
      type: 'sync',
      seq,
      conversation: sampleConversation(),
      turn: null,
      provisional: [],
      tools: [],
      approvals: [],
      tasks: [],
      messageSeq,
    }
  }

  #rouse(): void {
    const waiting = [...this.#wake]
    this.#wake.clear()
    for (const wake of waiting) wake()
  }
}

function opened(core: TinyCore): Thread {
  const thread = new Thread(conversationId, core)
  open.push(thread, { close: () => core.cut() })
  return thread
}

function shown(thread: Thread): number[] {
  return thread.store.getState().messages.map((message) => message.seq)
}

function say(core: TinyCore, seq: number): void {
  core.publish({ type: 'message', seq: core.log.length + 1, message: sampleMessage(seq) })
}

test('shows the newest page, then older ones when asked', async () => {
  const core = new TinyCore()
  for (let seq = 0; seq < 200; seq += 1) core.stored.push(sampleMessage(seq))
  const thread = opened(core)
  await vi.waitFor(() => expect(shown(thread)).toHaveLength(80), patienceMs)
  expect(shown(thread).at(-1)).toBe(199)
  await thread.loadOlder()
  expect(shown(thread)).toHaveLength(200)
  expect(thread.store.getState().older).toBeNull()
})

test('a stream that was cut goes on behind the last event', async () => {
  const core = new TinyCore()
  const thread = opened(core)
  await vi.waitFor(() => expect(thread.store.getState().live).toBe(true), patienceMs)
  say(core, 0)
  await vi.waitFor(() => expect(shown(thread)).toEqual([0]), patienceMs)
  core.cut()
  say(core, 1)
  await vi.waitFor(() => expect(shown(thread)).toEqual([0, 1]), patienceMs)
  expect(core.resumedFrom).toEqual([undefined, '1'])
})

test('a stream that cannot go on fetches what was missed', async () => {
  const core = new TinyCore()
  const thread = opened(core)
  say(core, 0)
  await vi.waitFor(() => expect(shown(thread)).toEqual([0]), patienceMs)
  core.remembers = false
  core.cut()
  for (let seq = 1; seq < 4; seq += 1) say(core, seq)
  await vi.waitFor(() => expect(shown(thread)).toEqual([0, 1, 2, 3]), patienceMs)
})

test('only the last few conversations stay open', () => {
  const cache = new ThreadCache(new TinyCore(), 2)
  open.push(cache)
  const first = cache.open(idOf('conv', 1))
  cache.open(idOf('conv', 2))
  expect(cache.open(idOf('conv', 1))).toBe(first)
  cache.open(idOf('conv', 3))
  expect(cache.peek(idOf('conv', 2))).toBeUndefined()
  expect(cache.peek(idOf('conv', 1))).toBe(first)
})
