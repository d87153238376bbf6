import { expect, test } from 'vitest'
import type { TopicMessage, TopicMessageState } from '../../../shared/domain/topic.ts'
import { until } from '../../../e2e/support/until.ts'
import { MessageList } from './message-list.ts'

/** A topic whose messages are answered in pages, as the core does. */
class Messages {
  all: TopicMessage[] = []
  asked: { cursor?: string; limit: number }[] = []

  constructor(count: number) {
    for (let seq = 1; seq <= count; seq += 1) this.all.push(message(seq))
  }

  list(sort: 'oldest' | 'newest', state: TopicMessageState): MessageList {
    const fetch = async (place: { cursor?: string; limit: number }) => {
      this.asked.push(place)
      const ordered = sort === 'newest' ? this.all.toReversed() : this.all
      const isAfter = ({ seq }: TopicMessage) =>
        place.cursor === undefined || (sort === 'newest' ? seq < Number(place.cursor) : seq > Number(place.cursor))
      const found = ordered.filter((one) => one.state === state && isAfter(one))
      const items = found.slice(0, place.limit)
      return { items, nextCursor: found.length > items.length ? String(items.at(-1)?.seq) : null }
    }
    return new MessageList(fetch, sort, String)
  }

  set(seqs: readonly number[], state: TopicMessageState): void {
    this.all = this.all.map((one) => (seqs.includes(one.seq) ? { ...one, state } : one))
  }
}

function message(seq: number): TopicMessage {
  const id = `tmsg_${String(seq).padStart(12, '0')}`
  const none = { key: null, workerId: null, turnId: null, conversationId: null, instanceId: null, answer: null, from: null, to: null }
  const times = { createdAt: '2026-01-01T00:00:00.000Z', nextAttemptAt: null, endedAt: null }
  return { id, seq, text: `m${seq}`, state: 'waiting', attempts: 0, mayBeRepeated: false, costUsd: 0, ...none, ...times }
}

const seqsOf = (list: MessageList) => list.store.getState().items.map(({ seq }) => seq)
const range = (from: number, to: number) => Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => (to > from ? from + at : from - at))

test('pages follow one another to the end, from either side', async () => {
  const messages = new Messages(250)
  const list = messages.list('newest', 'waiting')
  list.refresh()
  await until('the first page', () => seqsOf(list).length > 0)
  list.more()
  await until('the second', () => seqsOf(list).length > 120)
  list.more()
  await until('the last', () => !list.store.getState().hasMore)
  expect(seqsOf(list)).toEqual(range(250, 1))
  const asked = messages.asked.length
  list.more()
  expect(messages.asked).toHaveLength(asked)
})

test('what is in sight is read again, and what was read before and behind it stays', async () => {
  const messages = new Messages(300)
  const list = messages.list('oldest', 'waiting')
  list.refresh()
  await until('the first page', () => seqsOf(list).length > 0)
  list.more()
  await until('the second', () => seqsOf(list).length > 120)
  messages.set([1, 2, 3], 'done')
  list.see(0, 10)
  list.refresh()
  await until('the first to be gone', () => !seqsOf(list).includes(3))
  expect(seqsOf(list)[0]).toBe(4)
  expect(new Set(seqsOf(list)).size).toBe(seqsOf(list).length)
  expect(seqsOf(list)).toEqual(range(4, seqsOf(list).at(-1) ?? 0))
  messages.set(range(4, 300), 'done')
  list.refresh()
  await until('nothing to be left', () => seqsOf(list).length === 0)
  expect(list.store.getState()).toMatchObject({ hasMore: false, loaded: true, problem: null })
})

test('a failure is said, and gone once it works again', async () => {
  let works = false
  const list = new MessageList(
    async () => {
      if (!works) throw new Error('Not reached.')
      return { items: [message(1)], nextCursor: null }
    },
    'oldest',
    (thrown) => (thrown instanceof Error ? thrown.message : ''),
  )
  list.refresh()
  await until('the failure', () => list.store.getState().problem === 'Not reached.')
  works = true
  list.refresh()
  await until('the message', () => seqsOf(list).length === 1)
  expect(list.store.getState().problem).toBeNull()
})
