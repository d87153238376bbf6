import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { begunTurn, type Turn, type Usage } from '../../../shared/domain/turn.ts'
import { MetricsKeeper, type ConversationSource } from './keeper.ts'
import type { SessionSource } from './vault-turns.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bullpen-spending-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const ever = { from: new Date(0).toISOString(), to: new Date(8.64e15).toISOString(), groups: 50 }

test('what is written to the cache for an hour costs more', async () => {
  const line = said('m1', 'r1', u(0, 0, 0, 1_000_000))
  const text = JSON.stringify([prompt('p1'), line])
    .slice(1, -1)
    .replace(',{"type":"assistant"', '\n{"type":"assistant"')
  const file = path.join(folder, 'hour.jsonl')
  await writeFile(
    file,
    `${text.replace('"cache_creation_input_tokens"', '"cache_creation":{"ephemeral_1h_input_tokens":400000},"cache_creation_input_tokens"')}\n`,
  )
  const session = { ...(await sessionOf('s1', [])), files: [{ path: file, compressed: false, agentId: null }] }
  expect((await spent([], [session])).totals.costUsd).toBeCloseTo(0.6 * 3.75 + 0.4 * 6, 9)
})

const sonnet = 'claude-sonnet-4-5-20250929'
const u = (input: number, output: number, cacheRead = 0, cacheWrite = 0): Usage => ({ input, output, cacheRead, cacheWrite })

/** Each case: what stands in the vault and in our conversations, and what it adds up to by hand. */
test('a message that was written in several lines counts once, the last one wins', async () => {
  const session = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(10, 1)), said('m1', 'r1', u(10, 1)), said('m1', 'r1', u(10, 50))])
  expect((await spent([], [session])).totals).toMatchObject({
    turns: 1,
    usage: u(10, 50),
    costUsd: (10 * 3 + 50 * 15) / 1e6,
    costUnknown: 0,
  })
})

test('the same message id under another request id is another message', async () => {
  const session = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(10, 1)), said('m1', 'r2', u(10, 2))])
  expect((await spent([], [session])).totals).toMatchObject({ turns: 1, usage: u(20, 3) })
})

test('copies made by a fork and by a resume into a new file are no new spending', async () => {
  const first = [prompt('p1'), said('m1', 'r1', u(100, 10)), prompt('p2'), said('m2', 'r2', u(200, 20))]
  const fork = first.map((line) => ({ ...line, sessionId: 's2', forkedFrom: { sessionId: 's1', messageUuid: line.uuid } }))
  const sessions = [
    await sessionOf('s1', first, '2026-01-01T00:00:00.000Z'),
    await sessionOf('s2', [...fork, prompt('p3'), said('m3', 'r3', u(300, 30))], '2026-01-02T00:00:00.000Z'),
    await sessionOf('s3', [...first, prompt('p4'), said('m4', 'r4', u(400, 40))], '2026-01-03T00:00:00.000Z'),
  ]
  const found = await spent([], sessions)
  expect(found.totals).toMatchObject({ turns: 4, usage: u(1_000, 100) })
  expect(found.groups.map(({ key, totals: { turns } }) => [key, turns])).toEqual([['claude-sonnet-4-5-20250929', 4]])
})

test('a fork whose origin is nowhere any more counts', async () => {
  const lines = [prompt('p1'), { ...said('m1', 'r1', u(7, 7)), forkedFrom: { sessionId: 'long-gone', messageUuid: 'x' } }]
  expect((await spent([], [await sessionOf('s2', lines)])).totals).toMatchObject({ turns: 1, usage: u(7, 7) })
})

test('answers that Claude Code made up itself cost nothing; a model without a price is unknown, never nothing', async () => {
  const lines = [
    prompt('p1'),
    said('m1', 'r1', u(10, 10), 'claude-next-1'),
    prompt('p2'),
    { ...said('m2', 'r2', u(0, 0), '<synthetic>'), isApiErrorMessage: true },
    prompt('p3'),
    said('m3', 'r3', u(1_000_000, 0)),
  ]
  expect((await spent([], [await sessionOf('s1', lines)])).totals).toMatchObject({
    turns: 2,
    usage: u(1_000_010, 10),
    costUsd: 3,
    costUnknown: 1,
  })
})

test('a fork of a conversation of ours does not count what it was forked with', async () => {
  const ours = await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(60, 5), 1), messages: ['m1'] }])
  const first = [prompt('p1'), said('m1', 'r1', u(60, 5))]
  const fork = [...first, prompt('p2'), said('m2', 'r2', u(8, 8))].map((line) => ({ ...line, sessionId: 's2' }))
  const sessions = [await sessionOf('s1', first), { ...(await sessionOf('s2', fork)), parentSessionId: 's1' }]
  expect((await spent([ours], sessions)).totals).toMatchObject({ turns: 2, usage: u(68, 13) })
})

test("sub-agents' files count with their session, once", async () => {
  const session = await sessionOf('s1', [prompt('p1'), said('m1', 'r1', u(10, 1))])
  const agentPath = path.join(folder, 'agent.jsonl')
  const agentLines = [said('a1', 'ra', u(5, 5)), said('a1', 'ra', u(5, 9)), said('m1', 'r1', u(10, 1))]
  await writeFile(agentPath, linesOf(agentLines.map((line) => ({ ...line, isSidechain: true, agentId: 'one' }))))
  session.files.push({ path: agentPath, compressed: false, agentId: 'one' })
  expect((await spent([], [session])).totals).toMatchObject({ usage: u(15, 10) })
})

test('lines that are damaged, or lack fields, do not cost those beside them', async () => {
  const lines = linesOf([
    prompt('p1'),
    said('m1', 'r1', u(10, 1)),
    { type: 'assistant', message: { id: 'm9' } },
    said('m2', 'r2', u(20, 2)),
  ])
  const file = path.join(folder, 'torn.jsonl')
  await writeFile(file, `${lines}{"type":"assistant","message":{"id":"m3","usage":{"input_to`)
  const session = { ...(await sessionOf('s1', [])), files: [{ path: file, compressed: false, agentId: null }] }
  expect((await spent([], [session])).totals).toMatchObject({ turns: 1, usage: u(30, 3) })
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

test('archived conversations count like others, and deleted ones stay counted when they are gone for good', async () => {
  const archived = await conversationOf('conv_000000000001', [{ turn: turnOf('turn_000000000001', u(1, 1), 1), messages: ['m1'] }], {
    gzip: true,
  })
  const deleted = await conversationOf('conv_000000000002', [{ turn: turnOf('turn_000000000002', u(2, 2), 2), messages: ['m2'] }])
  const keeper = newKeeper()
  await keeper.reconcile({ conversations: [archived, { ...deleted, signature: 'trash', isTrash: true }], sessions: [] })
  expect(keeper.engine.summary(ever, Date.now()).totals).toMatchObject({ turns: 2, costUsd: 3 })
  const session = await sessionOf('s9', [prompt('p'), said('m2', 'r', u(2, 2))])
  await keeper.reconcile({ conversations: [archived], sessions: [session] })
  expect(keeper.engine.summary(ever, Date.now()).totals).toMatchObject({ turns: 2, costUsd: 3 })
  await keeper.rebuild({ conversations: [archived], sessions: [session] })
  expect(keeper.engine.summary(ever, Date.now()).totals).toMatchObject({ turns: 2, costUsd: 3 })
})

test('what is deleted and made again is the same, whatever way it came about', async () => {
  const conversations: ConversationSource[] = []
  const live = newKeeper('live')
  for (let index = 1; index <= 6; index += 1) {
    const id = `conv_00000000000${index}`
    const turns = Array.from({ length: 8 }, (_, place) =>
      turnOf(`turn_0000000${index}000${place}`, u(index, place), place % 3 === 0 ? null : place),
    )
    for (const turn of turns) {
      turn.conversationId = id
      turn.firstCall = u(1, 1, place(turn) * 1_000, 9_000)
      turn.lastCall = u(1, 1, 10_000, place(turn) * 100)
      live.put(turn, { conversationId: id, sessionId: 's1', folder: '/work', source: null, target: null, forkedFrom: null }, 'now')
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
  expect(answersOf(newKeeper('live'))).toEqual(before)
  const fresh = newKeeper('fresh')
  await fresh.reconcile({ conversations, sessions: [] })
  expect(answersOf(fresh)).toEqual(before)
})

test('single turns of a time of which only sums are kept are read from their conversations', async () => {
  const turns = [turnOf('turn_000000000001', u(1, 1), 1), turnOf('turn_000000000002', u(2, 2), 2)]
  const ours = await conversationOf(
    'conv_000000000001',
    turns.map((turn) => ({ turn, messages: [] })),
  )
  const keeper = newKeeper()
  await keeper.reconcile({ conversations: [ours], sessions: [] })
  const now = Date.now()
  const asked = { ...ever, sort: 'dearest' as const, limit: 1 }
  expect(keeper.engine.turnsPage(asked, now).items).toEqual([])
  const { ids } = keeper.olderConversations(asked, now)
  const older = await keeper.olderTurns(ids, { [ours.id]: ours })
  const first = keeper.engine.turnsPage(asked, now, older)
  const second = keeper.engine.turnsPage({ ...asked, cursor: first.nextCursor ?? '' }, now, older)
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['turn_000000000002', 'turn_000000000001'])
  expect(second.nextCursor).toBeNull()
})

function place(turn: Turn): number {
  return Number(turn.id.at(-1))
}

function answersOf(keeper: MetricsKeeper): unknown {
  const now = Date.parse('2026-06-01T00:00:00.000Z')
  const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' }
  return [
    keeper.engine.summary({ ...ever, groupBy: 'conversation' }, now),
    keeper.engine.series({ ...range, points: 100, groups: 5, groupBy: 'model', offsetMinutes: 60 }, now),
    keeper.engine.distribution({ ...range, points: 40, groups: 4, phase: 'total' }, now),
  ]
}

/** What it adds up to; the same from the files alone, once more although nothing has changed, and made again. */
async function spent(conversations: ConversationSource[], sessions: SessionSource[]) {
  const keeper = newKeeper()
  const question = { ...ever, groupBy: 'model' as const }
  await keeper.reconcile({ conversations, sessions })
  const found = keeper.engine.summary(question, Date.now())
  await keeper.reconcile({ conversations, sessions })
  expect(keeper.engine.summary(question, Date.now()).totals).toEqual(found.totals)
  await keeper.rebuild({ conversations, sessions: sessions.toReversed() })
  expect(keeper.engine.summary(question, Date.now()).totals).toEqual(found.totals)
  expect(keeper.state().problem).toBeNull()
  return found
}

function newKeeper(name = 'metrics'): MetricsKeeper {
  return new MetricsKeeper(path.join(folder, name), path.join(folder, 'spent.jsonl'))
}

type Line = Record<string, unknown>
let clock = 0

function prompt(uuid: string): Line & { uuid: string } {
  return { type: 'user', uuid, sessionId: 's1', timestamp: tick(), cwd: '/work', message: { role: 'user', content: `Do ${uuid}` } }
}

function said(id: string, requestId: string, usage: Usage, model: string = sonnet): Line & { uuid: string } {
  clock += 1
  const { input, output, cacheRead, cacheWrite } = usage
  return {
    type: 'assistant',
    uuid: `u${clock}`,
    sessionId: 's1',
    requestId,
    timestamp: tick(),
    cwd: '/work',
    message: {
      id,
      model,
      role: 'assistant',
      content: [{ type: 'text', text: 'Done.' }],
      usage: { input_tokens: input, output_tokens: output, cache_read_input_tokens: cacheRead, cache_creation_input_tokens: cacheWrite },
    },
  }
}

function tick(): string {
  clock += 1
  return new Date(Date.parse('2026-01-10T00:00:00.000Z') + clock * 1_000).toISOString()
}

function linesOf(lines: readonly Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

async function sessionOf(sessionId: string, lines: readonly Line[], createdAt = '2026-01-10T00:00:00.000Z'): Promise<SessionSource> {
  const file = path.join(folder, `${sessionId}.jsonl.gz`)
  await writeFile(file, gzipSync(linesOf(lines)))
  const files = [{ path: file, compressed: true, agentId: null }]
  return { sessionId, signature: `${sessionId}:${lines.length}`, createdAt, files, parentSessionId: null }
}

function turnOf(id: string, usage: Usage, costUsd: number | null): Turn {
  const begun = begunTurn({ id, conversationId: 'conv_000000000001', instanceId: 'inst_000000000001', startedAt: tick() })
  const timing = {
    ...begun.timing,
    waitedMs: 1.5,
    allocatedMs: 2,
    startedMs: 30.1,
    firstTokenMs: 400,
    totalMs: 1_000 + clock,
    origin: 'cold' as const,
  }
  return { ...begun, outcome: 'done', timing, usage, costUsd, model: sonnet, endedAt: tick() }
}

async function conversationOf(
  id: string,
  turns: readonly { turn: Turn; messages: readonly string[] }[],
  { gzip = false }: { gzip?: boolean } = {},
): Promise<ConversationSource> {
  await mkdir(path.join(folder, 'conversations'), { recursive: true })
  const at = '2026-01-10T00:00:00.000Z'
  const head = { title: 'One', titleIsAutomatic: true, instanceId: null, source: null, target: null, cwd: null }
  const lines: Line[] = [
    { type: 'conversation', version: 1, id, seq: 0, at, ...head },
    { type: 'session', seq: 1, at, sessionId: 's1', cwd: '/work' },
  ]
  for (const { turn, messages } of turns) {
    for (const providerId of messages) {
      const message = {
        id: `msg_${String(lines.length).padStart(12, '0')}`,
        role: 'assistant',
        text: '',
        blocks: [],
        turnId: turn.id,
        providerId,
      }
      lines.push({ type: 'message', message, seq: lines.length, at })
    }
    lines.push({
      type: 'turn',
      turn: { ...turn, conversationId: turn.conversationId === 'conv_000000000001' ? id : turn.conversationId },
      seq: lines.length,
      at,
    })
  }
  const file = path.join(folder, 'conversations', `${id}.jsonl${gzip ? '.gz' : ''}`)
  await writeFile(file, gzip ? gzipSync(linesOf(lines)) : linesOf(lines))
  return { id, path: file, compressed: gzip, signature: `${id}:${lines.length}`, isTrash: false }
}
