import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zoneSchema, type TurnRecord } from '../../../shared/domain/metrics.ts'
import { noCounts } from '../../../shared/domain/measures.ts'
import { periodOf } from './budget-words.ts'
import { calendarOf } from './calendar.ts'
import { TurnEngine } from './turn-engine.ts'
import { noPhases } from './turn-row.ts'
import { TurnStore } from './turn-store.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Clocks that are changed in spring and autumn, at midnight, by half an hour, never, and one that left out a whole day. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Atlantic/Azores',
  'UTC',
]

test('a turn half an hour past midnight in summer counts to the day that has begun, whatever the season now is', () => {
  const { at, turns } = seriesOf(['2026-07-10T22:30:00.000Z'], {
    zone: 'Europe/Berlin',
    from: '2026-07-08T22:00:00.000Z',
    to: '2026-07-12T22:00:00.000Z',
  })
  expect(at).toContain(Date.parse('2026-07-10T22:00:00.000Z'))
  expect(turns[at.indexOf(Date.parse('2026-07-10T22:00:00.000Z'))]).toBe(1)
})

test('days have 23 and 25 hours when the clock is changed', () => {
  const spring = seriesOf([], { zone: 'Europe/Berlin', from: '2026-03-27T23:00:00.000Z', to: '2026-03-31T22:00:00.000Z' }).at
  expect(spring.map((begin, index) => ((spring[index + 1] ?? begin) - begin) / hourMs)).toEqual([24, 23, 24, 0])
  const autumn = seriesOf([], { zone: 'Europe/Berlin', from: '2026-10-23T22:00:00.000Z', to: '2026-10-27T23:00:00.000Z' }).at
  expect(autumn.map((begin, index) => ((autumn[index + 1] ?? begin) - begin) / hourMs)).toEqual([24, 25, 24, 0])
})

test('days of charts are those of a plain recount by the calendar of the zone, over all changes of the clock', () => {
  const minutes = Date.parse('2026-01-01T00:00:00.000Z') / 60_000
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(fc.integer({ min: minutes, max: minutes + 525_600 }), { minLength: 1, maxLength: 40 }),
      (zone, times) => {
        const moments = times.map((time) => new Date(time * 60_000).toISOString())
        const { at, turns } = seriesOf(moments, { zone, from: '2025-12-30T00:00:00.000Z', to: '2027-01-03T00:00:00.000Z' })
        const dateOf = (time: number) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(time)
        const found = new Map(at.flatMap((begin, index) => ((turns[index] ?? 0) > 0 ? [[dateOf(begin), turns[index]] as const] : [])))
        const wanted = Map.groupBy(moments, (moment) => dateOf(Date.parse(moment)))
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries([...wanted].map(([date, all]) => [date, all.length])))
      },
    ),
    { numRuns: 80 },
  )
})

test('a local day begins at its first moment, and the day before has ended then', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 25_000 }), (zone, dayNumber) => {
      const calendar = calendarOf(zone)
      const begin = calendar.startOf(dayNumber)
      expect(calendar.dayOf(begin)).toBe(dayNumber)
      expect(calendar.dayOf(begin - 1)).toBe(dayNumber - 1)
    }),
    { numRuns: 400 },
  )
})

test('budgets go by the same midnight as charts', () => {
  const now = Date.parse('2026-07-10T22:30:00.000Z')
  const berlin = { zone: 'Europe/Berlin' }
  expect(periodOf({ period: 'day', ...berlin }, now)).toEqual({
    since: Date.parse('2026-07-10T22:00:00.000Z'),
    until: Date.parse('2026-07-11T22:00:00.000Z'),
  })
  expect(periodOf({ period: 'month', ...berlin }, now)).toEqual({
    since: Date.parse('2026-06-30T22:00:00.000Z'),
    until: Date.parse('2026-07-31T22:00:00.000Z'),
  })
  expect(periodOf({ period: 'day', zone: 'America/New_York' }, now).since).toBe(Date.parse('2026-07-10T04:00:00.000Z'))
})

test.each(['Europe/Berlim', '', 'here', '../etc', 'x'.repeat(99)])('%j is no time zone, and that is said', (zone) => {
  expect(zoneSchema.safeParse(zone).success).toBe(false)
  expect(zoneSchema.safeParse('Asia/Kathmandu').success).toBe(true)
})

function seriesOf(moments: readonly string[], { zone, from, to }: { zone: string; from: string; to: string }) {
  const store = new TurnStore(() => {
    throw new Error('Nothing lies on the disk.')
  })
  for (const [index, at] of moments.entries()) store.put(turnAt(index, at), { again: false })
  const days = Math.ceil((Date.parse(to) - Date.parse(from)) / dayMs)
  const { at, groups } = new TurnEngine(store).series(
    { from, to, zone, offsetMinutes: 0, points: days + 3, groups: 1, columns: 'turns' },
    Date.parse(to),
  )
  return { at, turns: groups[0]?.columns.turns ?? [] }
}

function turnAt(index: number, at: string): TurnRecord {
  return {
    id: `turn_${index.toString(16).padStart(12, '0')}`,
    at,
    history: 'bullpen',
    conversationId: 'conv_000000000001',
    sessionId: null,
    instanceId: null,
    folder: null,
    model: null,
    source: null,
    target: null,
    strategy: null,
    affinityHit: null,
    origin: null,
    outcome: 'done',
    error: null,
    phases: noPhases,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: 0,
    ...noCounts,
    rewritten: 0,
  }
}
