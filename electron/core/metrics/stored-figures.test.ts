import { expect, test } from 'vitest'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ConversationSource, RollUp } from './roll-up.ts'
import { conversationOf, ever, freshFolders, newRollUp, prompt, said, sessionOf, turnOf, u } from './spending-fixtures.ts'

freshFolders()

test('archived conversations count like others, and deleted ones stay counted when they are gone for good', async () => {
  const archived = await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(1, 1), 1), messages: ['m1'] }], {
    gzip: true,
  })
  const deleted = await conversationOf('conv_000000000002', [{ turn: turnOf('turn_000000000002', u(2, 2), 2), messages: ['m2'] }])
  const rollUp = newRollUp()
  await rollUp.reconcile({ conversations: [archived, { ...deleted, signature: 'trash', isTrash: true }], sessions: [] })
  expect(rollUp.engine.summary(ever, Date.now()).totals).toMatchObject({ turns: 2, costUsd: 3 })
  const session = await sessionOf('s9', [prompt('p'), said('m2', 'r', u(2, 2))])
  await rollUp.reconcile({ conversations: [archived], sessions: [session] })
  expect(rollUp.engine.summary(ever, Date.now()).totals).toMatchObject({ turns: 2, costUsd: 3 })
  await rollUp.rebuild({ conversations: [archived], sessions: [session] })
  expect(rollUp.engine.summary(ever, Date.now()).totals).toMatchObject({ turns: 2, costUsd: 3 })
})

test('what is deleted and made again is the same, whatever way it came about', async () => {
  const conversations: ConversationSource[] = []
  const live = newRollUp('live')
  for (let index = 1; index <= 6; index += 1) {
    const id = `conv_00000000000${index}`
    const turns = Array.from({ length: 8 }, (_, place) =>
      turnOf(`turn_0000000${index}000${place}`, u(index, place), place % 3 === 0 ? null : place),
    )
    for (const turn of turns) {
      turn.conversationId = id
      turn.firstCall = u(1, 1, place(turn) * 1_000, 9_000)
      turn.lastCall = u(1, 1, 10_000, place(turn) * 100)
      live.put(turn, { conversationId: id, sessionId: 's1', folder: '/srv', source: null, target: null, forkedFrom: null }, 'now')
    }
    conversations.push({
      ...(await conversationOf(
        id,
        turns.map((turn) => ({ turn, messages: [] })),
      )),
      signature: 'now',
    })
  }
  live.tend()
  await live.reconcile({ conversations, sessions: [] })
  const before = answersOf(live)
  await live.rebuild({ conversations: conversations.toReversed(), sessions: [] })
  expect(answersOf(live)).toEqual(before)
  live.close()
  expect(answersOf(newRollUp('live'))).toEqual(before)
  const fresh = newRollUp('fresh')
  await fresh.reconcile({ conversations, sessions: [] })
  expect(answersOf(fresh)).toEqual(before)
})

test('single turns of a time of which only sums are kept are read from their conversations', async () => {
  const turns = [turnOf('turn_000000000001', u(1, 1), 1), turnOf('turn_000000000002', u(2, 2), 2)]
  const ours = await conversationOf(
    'conv_000000000001',
    turns.map((turn) => ({ turn, messages: [] })),
  )
  const rollUp = newRollUp()
  await rollUp.reconcile({ conversations: [ours], sessions: [] })
  const now = Date.now()
  const asked = { ...ever, sort: 'dearest' as const, limit: 1 }
  expect(rollUp.engine.turnsPage(asked, now).items).toEqual([])
  const { ids } = rollUp.olderConversations(asked, now)
  const older = await rollUp.olderTurns(ids, { [ours.id]: ours })
  const first = rollUp.engine.turnsPage(asked, now, older)
  const second = rollUp.engine.turnsPage({ ...asked, cursor: first.nextCursor ?? '' }, now, older)
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['turn_000000000002', 'turn_000000000001'])
  expect(second.nextCursor).toBeNull()
})

test('of a time of which only sums are kept, those conversations alone are read that a question is about', async () => {
  const rollUp = newRollUp()
  const sources = [
    await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(1, 1), 1), messages: [] }]),
    await conversationOf('conv_000000000002', [{ turn: { ...turnOf('turn_000000000002', u(2, 2), 2), outcome: 'lost' }, messages: [] }]),
    await conversationOf('conv_000000000003', [{ turn: { ...turnOf('turn_000000000003', u(3, 3), 3), retries: 1 }, messages: [] }]),
  ]
  await rollUp.reconcile({ conversations: sources, sessions: [] })
  const about = (more: { trouble?: boolean; rewrites?: boolean }) => rollUp.olderConversations({ ...ever, ...more }, Date.now()).ids
  expect(about({})).toEqual(sources.map(({ id }) => id))
  expect(about({ trouble: true })).toEqual(['conv_000000000002', 'conv_000000000003'])
  expect(about({ rewrites: true })).toEqual([])
})

function place(turn: Turn): number {
  return Number(turn.id.at(-1))
}

function answersOf(rollUp: RollUp): unknown {
  const now = Date.parse('2026-06-01T00:00:00.000Z')
  const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }
  return [
    rollUp.engine.summary({ ...ever, groupBy: 'conversation' }, now),
    rollUp.engine.series({ ...range, points: 100, groups: 5, groupBy: 'model', offsetMinutes: 60 }, now),
    rollUp.engine.distribution({ ...range, points: 40, groups: 4, phase: 'total' }, now),
  ]
}
