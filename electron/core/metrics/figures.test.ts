import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { phases, type TurnRecord } from '../../../shared/domain/metrics.ts'
import { MetricsFiles } from './metrics-files.ts'
import { bucketsOf } from './selection.ts'
import { TurnEngine } from './turn-engine.ts'
import { noPhases } from './turn-row.ts'
import { TurnStore } from './turn-store.ts'

const now = Date.parse('2026-11-21T12:00:00.000Z')
const dayMs = 86_400_000
const ever = { from: new Date(0).toISOString(), to: new Date(now + dayMs).toISOString() }
const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const ms = fc.oneof(
  fc.constant(null),
  fc.integer({ min: 0, max: 6_000_000 }).map((tenths) => tenths / 10),
)
const word = (...words: string[]) => fc.constantFrom(...words)
const recordArbitrary = fc.record({
  daysAgo: fc.oneof(fc.double({ min: 0, max: 40, noNaN: true }), fc.double({ min: 0, max: 3_650, noNaN: true })),
  instanceId: fc.option(word('inst_000000000001', 'inst_000000000002')),
  conversationId: word('conv_000000000001', 'conv_000000000002', 'conv_000000000003'),
  model: fc.option(word('claude-a', 'claude-b')),
  origin: fc.option(word('cold', 'warm', 'spare', 'resumed')),
  outcome: word('done', 'done', 'failed', 'lost'),
  firstToken: ms,
  total: ms,
  response: ms,
  tokens: fc.integer({ min: 0, max: 200_000 }),
  costUsd: fc.option(fc.double({ min: 0, max: 20, noNaN: true })),
})

test('roll-ups add up to the same as single turns: counts and sums exactly, quantiles within 1%', () => {
  fc.assert(
    fc.property(fc.array(recordArbitrary, { minLength: 1, maxLength: 120 }), (drafts) => {
      const records = drafts.map(recordOf)
      const single = storeOf(records)
      const rolled = storeOf(records)
      rolled.roll(now)
      for (const groupBy of [undefined, 'instance', 'conversation', 'model'] as const) {
        const exact = new TurnEngine(single).summary({ ...ever, groups: 10, groupBy }, now)
        const rough = new TurnEngine(rolled).summary({ ...ever, groups: 10, groupBy }, now)
        expect(rough.totals).toEqual(exact.totals)
        expect(rough.groups).toEqual(exact.groups)
        expect(rough.comparison).toEqual(exact.comparison)
      }
      const times = records.flatMap(({ phases: { total } }) => total ?? []).toSorted((a, b) => a - b)
      const { total: found } = new TurnEngine(rolled).summary({ ...ever, groups: 1 }, now).totals.phases
      expect(found?.count).toBe(times.length)
      for (const [name, share] of [
        ['p50', 0.5],
        ['p95', 0.95],
        ['p99', 0.99],
      ] as const) {
        const wanted = times[Math.ceil(share * times.length) - 1] ?? null
        expect(found?.[name] === null).toBe(wanted === null)
        expect(Math.abs((found?.[name] ?? 0) - (wanted ?? 0))).toBeLessThanOrEqual((wanted ?? 0) * 0.01 + 0.006)
      }
    }),
    { numRuns: 60 },
  )
})

test('the order in which turns come, and how often they are rolled up on the way, changes nothing', () => {
  const shuffled = fc.array(recordArbitrary, { minLength: 2, maxLength: 60 }).chain((drafts) =>
    fc.tuple(
      fc.constant(drafts),
      fc.shuffledSubarray(
        drafts.map((_, index) => index),
        { minLength: drafts.length },
      ),
    ),
  )
  fc.assert(
    fc.property(shuffled, fc.integer({ min: 1, max: 20 }), ([drafts, order], every) => {
      const records = drafts.map(recordOf)
      const straight = storeOf(records)
      straight.roll(now)
      const crooked = storeOf([])
      for (const [count, index] of order.entries()) {
        const record = records[index]
        if (record) crooked.put(record, { again: false })
        // Years pass on the way.
        if (count % every === 0) crooked.roll(now - (order.length - count) * 60 * dayMs)
      }
      crooked.roll(now)
      expect(new TurnEngine(crooked).summary({ ...ever, groups: 10, groupBy: 'model' }, now)).toEqual(
        new TurnEngine(straight).summary({ ...ever, groups: 10, groupBy: 'model' }, now),
      )
    }),
    { numRuns: 40 },
  )
})

test('what was saved and read again gives the same answers, and a damaged file is told', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bullpen-metrics-'))
  folders.push(folder)
  const records = fc.sample(recordArbitrary, { numRuns: 400, seed: 7 }).map(recordOf)
  const files = new MetricsFiles(folder)
  files.open()
  const store = files.newStore()
  for (const record of records) store.put(record, { again: false })
  store.roll(now)
  files.save(store, new Map(), null)
  const kept = new MetricsFiles(folder).open()
  if (!kept) throw new Error('Nothing was kept.')
  const question = { ...ever, points: 200, groups: 4, groupBy: 'origin' as const, offsetMinutes: 0, phases: [...phases] }
  expect(new TurnEngine(kept.store).series(question, now)).toEqual(new TurnEngine(store).series(question, now))
  expect(kept.store.turns).toBe(400)
  expect(new Set(pageAll(new TurnEngine(kept.store)))).toEqual(new Set(pageAll(new TurnEngine(store))))
  const { writeFile, readdir } = await import('node:fs/promises')
  const day = (await readdir(folder)).find((name) => name.startsWith('raw-'))
  await writeFile(path.join(folder, day ?? ''), 'nonsense')
  expect(new MetricsFiles(folder).open()).toBeNull()
})

test('pages of turns hold every turn once, in the order that was asked for', () => {
  const records = fc.sample(recordArbitrary, { numRuns: 120, seed: 3 }).map(recordOf)
  const engine = new TurnEngine(storeOf(records))
  for (const sort of ['newest', 'oldest', 'slowest', 'dearest', 'first-token'] as const) {
    const seen = pageAll(engine, sort)
    expect(seen.toSorted()).toEqual(records.map(({ id }) => id).toSorted())
  }
  const newest = engine.turnsPage({ ...ever, sort: 'newest', limit: 1 }, now).items[0]?.at
  expect(newest).toBe(
    records
      .map(({ at }) => at)
      .toSorted()
      .at(-1),
  )
})

test('there are never more points than were asked for, and they cover the range', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: 0, max: 3.2e11 }),
      fc.integer({ min: 1, max: 4_000 }),
      fc.constantFrom(1, 60_000, 3_600_000, dayMs),
      fc.integer({ min: -840, max: 840 }),
      (from, span, points, least, offset) => {
        const { first, bucketMs, count } = bucketsOf({ from, to: from + span }, points, least, { offsetMinutes: offset })
        expect(count).toBeLessThanOrEqual(points)
        expect(count).toBeGreaterThan(0)
        expect(first).toBeLessThanOrEqual(from)
        expect(first + count * bucketMs).toBeGreaterThanOrEqual(from + span)
      },
    ),
  )
})

test('an empty range, a filter that fits nothing and a range that ends before it begins answer with nothing', () => {
  const engine = new TurnEngine(storeOf(fc.sample(recordArbitrary, { numRuns: 20, seed: 1 }).map(recordOf)))
  const later = { from: new Date(now + dayMs).toISOString(), to: new Date(now + 2 * dayMs).toISOString() }
  const backwards = { from: later.to, to: later.from }
  for (const range of [later, backwards]) {
    const { totals } = engine.summary({ ...range, groups: 1 }, now)
    expect(totals).toMatchObject({ turns: 0, costUsd: 0, costUnknown: 0 })
    expect(totals.phases.total).toMatchObject({ count: 0, p50: null })
    expect(
      engine.series({ ...range, points: 10, groups: 1, offsetMinutes: 0 }, now).groups[0]?.columns.turns.every((count) => count === 0),
    ).toBe(true)
    expect(engine.distribution({ ...range, points: 10, groups: 1, phase: 'total' }, now).edges).toEqual([])
  }
  expect(engine.summary({ ...ever, groups: 1, folder: '/nowhere' }, now).totals.turns).toBe(0)
})

test('a turn that is told again takes the place of the first telling', () => {
  const store = storeOf([])
  const [record] = fc.sample(recordArbitrary, { numRuns: 1, seed: 2 }).map(recordOf)
  if (!record) throw new Error('No record.')
  store.put({ ...record, at: new Date(now).toISOString(), outcome: 'lost' }, { again: true })
  store.put({ ...record, at: new Date(now - 3 * dayMs).toISOString(), outcome: 'done' }, { again: true })
  expect(new TurnEngine(store).summary({ ...ever, groups: 1 }, now).totals).toMatchObject({ turns: 1, done: 1, lost: 0 })
})

function storeOf(records: readonly TurnRecord[]): TurnStore {
  const store = new TurnStore(() => {
    throw new Error('Nothing lies on the disk.')
  })
  for (const record of records) store.put(record, { again: false })
  return store
}

let made = 0
function recordOf(draft: typeof recordArbitrary extends fc.Arbitrary<infer D> ? D : never): TurnRecord {
  made += 1
  const { daysAgo, tokens, firstToken, total, response, origin, outcome, ...rest } = draft
  return {
    ...rest,
    id: `turn_${made.toString(16).padStart(24, '0')}`,
    at: new Date(Math.floor(now - daysAgo * dayMs)).toISOString(),
    history: 'bullpen',
    sessionId: null,
    folder: null,
    source: null,
    target: null,
    strategy: null,
    affinityHit: null,
    origin: origin === 'cold' || origin === 'warm' || origin === 'spare' || origin === 'resumed' ? origin : null,
    outcome: outcome === 'failed' || outcome === 'lost' ? outcome : 'done',
    error: outcome === 'failed' ? 'TURN_FAILED' : null,
    phases: { ...noPhases, firstToken, total, response },
    usage: { input: tokens, output: tokens % 97, cacheRead: tokens % 1_009, cacheWrite: tokens % 13 },
    retries: tokens % 3,
    stalls: 0,
    searches: 0,
    rewritten: 0,
  }
}

function pageAll(engine: TurnEngine, sort: 'newest' | 'oldest' | 'slowest' | 'dearest' | 'first-token' = 'newest'): string[] {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = engine.turnsPage({ ...ever, sort, limit: 17, cursor }, now)
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return seen
}
