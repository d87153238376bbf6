import { expect, test } from 'vitest'
import type { Turn } from '../../../shared/domain/turn.ts'
import { conversationOf, newRollUp, freshFolders, prompt, said, sessionOf, spent, turnOf, u } from './spending-fixtures.ts'

freshFolders()

test('a fork of a conversation of ours does not count what it was forked with', async () => {
  const ours = await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(60, 5), 1), messages: ['m1'] }])
  const first = [prompt('p1'), said('m1', 'r1', u(60, 5))]
  const fork = [...first, prompt('p2'), said('m2', 'r2', u(8, 8))].map((line) => ({ ...line, sessionId: 's2' }))
  const sessions = [await sessionOf('s1', first), { ...(await sessionOf('s2', fork)), parentSessionId: 's1' }]
  expect((await spent([ours], sessions)).totals).toMatchObject({ turns: 2, usage: u(68, 13) })
})

test('a session that a conversation of ours holds counts there, and only what it does not know counts here', async () => {
  const ours = await conversationOf('conv_000000000001', [
    { turn: turnOf('turn_000000000001', u(100, 10), 0.5), messages: ['m1', 'm2'] },
    // Cut off: its tokens are known from the transcript alone.
    { turn: { ...turnOf('turn_000000000002', u(0, 0), null), outcome: 'lost' }, messages: ['m3'] },
  ])
  const inApp = [prompt('p1'), said('m1', 'r1', u(60, 5)), said('m2', 'r2', u(40, 5)), prompt('p2'), said('m3', 'r3', u(7, 7))]
  const inTerminal = [prompt('p3'), said('m4', 'r4', u(1_000, 1))]
  const lines = [...inApp, ...inTerminal]
  const session = await sessionOf('s1', lines)
  const { totals } = await spent([ours], [session])
  expect(totals).toMatchObject({ usage: u(1_107, 18) })
  expect(totals.costUsd).toBeCloseTo(0.5 + (7 * 3 + 7 * 15 + 1_000 * 3 + 15) / 1e6, 9)
})

test('a session that was opened as a conversation counts once, through the vault', async () => {
  const copied: Turn = { ...turnOf('turn_000000000001', u(60, 5), null), instanceId: null }
  copied.timing = { ...copied.timing, startedMs: null, origin: null, waitedMs: null, allocatedMs: null, firstTokenMs: null }
  const ours = await conversationOf('conv_000000000001', [
    { turn: copied, messages: ['m1'] },
    { turn: turnOf('turn_000000000002', u(9, 9), 0.25), messages: ['m2'] },
  ])
  const lines = [prompt('p1'), said('m1', 'r1', u(60, 5)), prompt('p2'), said('m2', 'r2', u(9, 9))]
  const session = await sessionOf('s1', lines)
  const { totals } = await spent([ours], [session])
  expect(totals).toMatchObject({ turns: 2, usage: u(69, 14), costUnknown: 0 })
  expect(totals.costUsd).toBeCloseTo(0.25 + (60 * 3 + 5 * 15) / 1e6, 9)
})

test('a turn that is written twice counts once, as it was written last; one of another conversation does not count', async () => {
  const first = turnOf('turn_000000000001', u(1, 1), null)
  const foreign = { ...turnOf('turn_000000000009', u(5, 5), 1), conversationId: 'conv_00000000000f' }
  const ours = await conversationOf('conv_000000000001', [
    { turn: { ...first, outcome: 'lost' }, messages: [] },
    { turn: foreign, messages: [] },
    { turn: { ...first, costUsd: 2 }, messages: [] },
  ])
  expect((await spent([ours], [])).totals).toMatchObject({ turns: 1, done: 1, costUsd: 2, costUnknown: 0 })
})

test('money that was spent outside of Bullpen is part of all that was spent since a time, and told apart', async () => {
  const ours = await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(60, 5), 0.5), messages: ['m1'] }])
  const ownSession = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(60, 5)), prompt('p2'), said('m2', 'r2', u(100_000, 0))])
  const unpriced = [prompt('p4'), said('m4', 'r4', u(1, 1), 'claude-next-1')]
  const foreign = await sessionOf('s2', [prompt('p3'), said('m3', 'r3', u(1_000_000, 0)), ...unpriced])
  const rollUp = newRollUp()
  await rollUp.reconcile({ conversations: [ours], sessions: [ownSession, foreign] })
  const spentBy = (by: 'conversation' | 'instance' | null, only: string[] | null = null) => rollUp.engine.spent({ since: 0, by, only })
  expect(spentBy(null)).toEqual({ items: [{ key: null, costUsd: 3.8, outsideUsd: 3.3, unknown: 1 }], left: 0 })
  expect(spentBy('conversation')).toEqual({ items: [{ key: ours.id, costUsd: 0.8, outsideUsd: 0.3, unknown: 0 }], left: 0 })
  const ofInstance = { key: 'inst_000000000001', costUsd: 0.5, outsideUsd: 0, unknown: 0 }
  expect(spentBy('instance')).toEqual({ items: [ofInstance], left: 0 })
  expect(spentBy('instance', ['inst_000000000001', 'inst_000000000002'])).toEqual({ items: [ofInstance], left: 0 })
  expect(rollUp.engine.spent({ since: Date.now(), by: null, only: null }).items).toMatchObject([{ costUsd: 0 }])
})

test('of very many conversations the dearest are told, and how many there are more', async () => {
  const rollUp = newRollUp()
  for (let index = 0; index < 60; index += 1) {
    const conversationId = `conv_${index.toString(16).padStart(12, '0')}`
    const turn = { ...turnOf(`turn_${index}`, u(1, 1), index), conversationId }
    rollUp.put(turn, { conversationId, sessionId: null, folder: null, source: null, target: null, forkedFrom: null }, 'now')
  }
  const { items, left } = rollUp.engine.spent({ since: 0, by: 'conversation', only: null })
  expect(items.map(({ costUsd }) => costUsd)).toEqual(Array.from({ length: 50 }, (_, place) => 59 - place))
  expect(left).toBe(10)
})
