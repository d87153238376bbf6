import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ConversationEvent, Provisional } from '../../shared/domain/event.ts'
import type { Message } from '../../shared/domain/message.ts'
import { withLatestPage, withOlderPage } from './thread-messages.ts'
import { reduceThread, reduceThreadAll } from './thread-reducer.ts'
import { idOf, sampleApproval, sampleConversation, sampleMessage, sampleTurn } from '../../e2e/support/samples.ts'
import { emptyThread, provisionalKey, type ThreadState } from './thread-state.ts'

const turnId = idOf('turn', 1)

function delta(seq: number, text: string, providerId = 'p1', index = 0): ConversationEvent {
  return { type: 'delta', seq, turnId, kind: 'text', providerId, index, text }
}

function sync(seq: number, messageSeq: number, provisional: Provisional[] = []): ConversationEvent {
  return { type: 'sync', seq, conversation: sampleConversation(), turn: null, provisional, tools: [], approvals: [], tasks: [], messageSeq }
}

test('streamed text grows in place and is replaced by the stored message', () => {
  const streamed = reduceThreadAll(emptyThread, [delta(1, 'Hel'), delta(2, 'lo')])
  expect(streamed.provisional.get(provisionalKey('p1', 0))?.text).toBe('Hello')
  const stored = reduceThread(streamed, {
    type: 'message',
    seq: 3,
    message: sampleMessage(7, { providerId: 'p1', providerIndex: 0, text: 'Hello!' }),
  })
  expect(stored.provisional.size).toBe(0)
  expect(stored.messages.map((message) => message.text)).toEqual(['Hello!'])
})

test('a message replaces only the blocks that it holds', () => {
  const streamed = reduceThreadAll(emptyThread, [delta(1, 'a', 'p1', 0), delta(2, 'b', 'p1', 1)])
  const stored = reduceThread(streamed, { type: 'message', seq: 3, message: sampleMessage(1, { providerId: 'p1', providerIndex: 0 }) })
  expect([...stored.provisional.keys()]).toEqual(['p1:1'])
})

test('a repeated request drops what it had streamed', () => {
  const state = reduceThreadAll(emptyThread, [delta(1, 'half'), { type: 'discard', seq: 2, turnId, providerId: 'p1' }, delta(3, 'whole')])
  expect(state.provisional.get('p1:0')?.text).toBe('whole')
})

test('the end of a turn ends its streamed text', () => {
  const begun = reduceThreadAll(emptyThread, [{ type: 'turn', seq: 1, turn: sampleTurn(1) }, delta(2, 'half')])
  expect(begun.runningTurnId).toBe(turnId)
  const ended = reduceThread(begun, { type: 'turn', seq: 3, turn: sampleTurn(1, { outcome: 'interrupted' }) })
  expect(ended.runningTurnId).toBeNull()
  expect(ended.provisional.size).toBe(0)
})

test('edit-and-resend removes what it replaces', () => {
  const page = { items: [1, 2, 3, 4].map((seq) => sampleMessage(seq)), nextCursor: null }
  const state = reduceThread(withLatestPage(emptyThread, page), { type: 'superseded', seq: 9, fromSeq: 3, toSeq: 4 })
  expect(state.messages.map((message) => message.seq)).toEqual([1, 2])
})

test('an answered approval keeps what was decided here', () => {
  const asked = reduceThread(emptyThread, { type: 'approval', seq: 1, approval: sampleApproval(1), outcome: 'waiting' })
  const told: ThreadState = {
    ...asked,
    approvals: new Map([
      [idOf('appr', 1), { approval: sampleApproval(1), outcome: 'waiting', decision: { decision: 'deny', message: 'no' } }],
    ]),
  }
  const answered = reduceThread(told, { type: 'approval', seq: 2, approval: sampleApproval(1), outcome: 'denied' })
  expect(answered.approvals.get(idOf('appr', 1))).toMatchObject({ outcome: 'denied', decision: { message: 'no' } })
})

test('waiting approvals that sync does not name are gone', () => {
  const asked = reduceThread(emptyThread, { type: 'approval', seq: 1, approval: sampleApproval(1), outcome: 'waiting' })
  expect(reduceThread(asked, sync(2, -1)).approvals.size).toBe(0)
})

test('a page that does not reach back to what was known takes its place', () => {
  const known = withLatestPage(emptyThread, { items: [1, 2].map((seq) => sampleMessage(seq)), nextCursor: null })
  const state = withLatestPage(known, { items: [8, 9].map((seq) => sampleMessage(seq)), nextCursor: '8' })
  expect(state.messages.map((message) => message.seq)).toEqual([8, 9])
  expect(state.older).toBe('8')
})

test('older pages go before, without repeats', () => {
  const known = withLatestPage(emptyThread, { items: [5, 6].map((seq) => sampleMessage(seq)), nextCursor: '5' })
  const state = withOlderPage(known, { items: [3, 4, 5].map((seq) => sampleMessage(seq)), nextCursor: null })
  expect(state.messages.map((message) => message.seq)).toEqual([3, 4, 5, 6])
  expect(state.older).toBeNull()
})

type Step = { kind: 'delta'; text: string } | { kind: 'store' } | { kind: 'repeat' } | { kind: 'replace'; share: number }

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('delta' as const), text: fc.string({ minLength: 1, maxLength: 4 }) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'store' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'repeat' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('replace' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  ),
  { maxLength: 60 },
)

/** A made-up core: what it stores, what it streams, and the events that it sends about both. */
function play(list: readonly Step[]) {
  const log: { event: ConversationEvent; messages: Message[]; provisional: Provisional[] }[] = []
  let messages: Message[] = []
  let text = ''
  let provider = 0
  let stored = 0
  const note = (event: ConversationEvent) => {
    const piece = { turnId, providerId: `p${provider}`, kind: 'text' as const, index: 0, text }
    log.push({ event, messages: [...messages], provisional: text ? [piece] : [] })
  }
  for (const step of list) {
    const seq = log.length + 1
    if (step.kind === 'delta') {
      text += step.text
      note(delta(seq, step.text, `p${provider}`))
    } else if (step.kind === 'repeat') {
      text = ''
      note({ type: 'discard', seq, turnId, providerId: `p${provider}` })
    } else if (step.kind === 'store') {
      const message = sampleMessage((stored += 1), { providerId: `p${provider}`, providerIndex: 0, text })
      messages = [...messages, message]
      text = ''
      provider += 1
      note({ type: 'message', seq, message })
    } else {
      const from = messages[Math.floor(step.share * Math.max(0, messages.length - 1))]?.seq ?? 0
      messages = messages.filter((message) => message.seq < from)
      note({ type: 'superseded', seq, fromSeq: from, toSeq: stored })
    }
  }
  return log
}

test('whatever is cut, repeated or joined, the reader ends with what the core has', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat({ max: 5 })), (list, choices) => {
      const log = play(list)
      let state = emptyThread
      let position = 0
      while (position < log.length) {
        const drawn = choices.next()
        const choice = drawn.done ? 0 : drawn.value
        const now = log[Math.min(log.length - 1, position + choice)]
        if (choice === 0 && now) {
          const newest = now.messages.at(-1)?.seq ?? -1
          state = reduceThread(state, sync(now.event.seq, newest, now.provisional))
          if (state.missing !== null)
            state = withLatestPage(state, { items: now.messages.slice(-3), nextCursor: now.messages.length > 3 ? 'more' : null })
          position += 1
        } else {
          const again = Math.max(0, position - choice)
          state = reduceThreadAll(
            state,
            log.slice(again, position + choice).map((entry) => entry.event),
          )
          position += choice
        }
      }
      const last = log.at(-1)
      const expected = last?.messages ?? []
      const shown = state.messages.map((message) => message.id)
      expect(shown).toEqual(expected.slice(-shown.length || expected.length).map((message) => message.id))
      expect([...state.provisional.values()].map((piece) => piece.text)).toEqual(last?.provisional.map((piece) => piece.text) ?? [])
    }),
    { numRuns: 300 },
  )
})

test('one at a time or all at once is the same', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const events = play(list).map((entry) => entry.event)
      expect(reduceThreadAll(emptyThread, events)).toEqual(events.reduce(reduceThread, emptyThread))
    }),
    { numRuns: 200 },
  )
})
