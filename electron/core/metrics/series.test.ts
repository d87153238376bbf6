import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { binOf, msOfBin, unitsPerMs } from './measures.ts'
import { TurnEngine } from './turn-engine.ts'
import { noPhases } from './turn-row.ts'
import { TurnStore } from './turn-store.ts'

const now = Date.parse('2026-11-21T12:00:00.000Z')
const hourMs = 3_600_000
const drafts = fc.array(fc.record({ minutesAgo: fc.integer({ min: 0, max: 1_400 }), ms: fc.option(fc.integer({ min: 0, max: 100_000 })) }))

test('few buckets or many, in the order of time or not: each has its own times and no others, and all together have all', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 24, 300), drafts, fc.boolean(), (points, made, ordered) => {
      const turns = ordered ? made.toSorted((a, b) => b.minutesAgo - a.minutesAgo) : made
      const store = new TurnStore(() => {
        throw new Error('Nothing lies on the disk.')
      })
      for (const [index, draft] of turns.entries()) store.put(recordOf(index, draft), { again: false })
      const range = { from: new Date(now - 24 * hourMs).toISOString(), to: new Date(now + 1).toISOString(), groups: 8 }
      const engine = new TurnEngine(store)
      const { at, bucketMs, groups } = engine.series({ ...range, points, phases: ['firstToken'], columns: [], offsetMinutes: 0 }, now)
      const found = groups[0]?.columns.phases.firstToken
      for (const [bucket, from] of at.entries()) {
        const own = turns.filter(({ minutesAgo }) => timeOf(minutesAgo) >= from && timeOf(minutesAgo) < from + bucketMs)
        const { count, sumMs, p50, p95, p99 } = spreadOf(own.map(({ ms }) => ms))
        const here = [found?.count[bucket], found?.sumMs[bucket], found?.p50[bucket], found?.p95[bucket], found?.p99[bucket]]
        expect(here).toEqual([count, sumMs, p50, p95, p99])
      }
      const { totals } = engine.summary({ ...range, groupBy: 'instance', phases: 'firstToken' }, now)
      expect(totals.phases).toEqual({ firstToken: spreadOf(turns.map(({ ms }) => ms)) })
    }),
    { numRuns: 60 },
  )
})

function timeOf(minutesAgo: number): number {
  return now - minutesAgo * 60_000
}

function recordOf(index: number, { minutesAgo, ms }: { minutesAgo: number; ms: number | null }): TurnRecord {
  return {
    id: `turn_${index.toString(16).padStart(12, '0')}`,
    at: new Date(timeOf(minutesAgo)).toISOString(),
    history: 'bullpen',
    conversationId: 'conv_000000000001',
    sessionId: null,
    instanceId: `inst_00000000000${index % 3}`,
    folder: null,
    model: null,
    source: null,
    target: null,
    strategy: null,
    affinityHit: null,
    origin: 'warm',
    outcome: 'done',
    error: null,
    phases: { ...noPhases, firstToken: ms },
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: null,
    retries: 0,
    stalls: 0,
    searches: 0,
    rewritten: 0,
  }
}

function spreadOf(all: readonly (number | null)[]) {
  const known = all.filter((ms) => ms !== null).toSorted((a, b) => a - b)
  const at = (share: number) => {
    const ms = known[Math.ceil(share * known.length) - 1]
    return ms === undefined ? null : msOfBin(binOf(ms * unitsPerMs))
  }
  return { count: known.length, sumMs: known.reduce((sum, ms) => sum + ms, 0), p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
