import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunFigure } from '../../../shared/domain/run-figures.ts'
import { runFigures } from './run-figures.ts'
import { RunLog } from './run-log.ts'

let file = ''
beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), 'bullpen-runs-')), 'run-figures.jsonl')
})
afterEach(() => rm(path.dirname(file), { recursive: true, force: true }))

const begin = Date.parse('2026-03-01T00:00:00.000Z')
const hour = 3_600_000
const timeAt = (ms: number) => new Date(begin + ms).toISOString()
const steps = { done: 2, failed: 0, skipped: 1, cancelled: 0 }

function ended(number: number, more: Partial<RunFigure> = {}): { run: RunFigure } {
  const id = `run_${String(number).padStart(12, '0')}`
  const run = { id, recipe: 'review', state: 'done' as const, isNested: false, endedAt: timeAt(number * 1_000) }
  return { run: { ...run, ms: number * 100, turns: 3, costUsd: 0.25, steps, ...more } }
}

function fired(ms: number, outcome: 'started' | 'skipped') {
  return { firings: { at: timeAt(ms), recipe: 'review', outcome, count: 1 } }
}

const input = { from: timeAt(0), to: timeAt(2 * hour), points: 2, nested: false, offsetMinutes: 0 }
const asked = (log: RunLog, more: Partial<typeof input> & { recipe?: string } = {}) =>
  runFigures({ ...input, ...more }, log, begin + 2 * hour)

test('runs add up by time and recipe; nested ones are in those around them; one that was tried again takes its own place', () => {
  const log = new RunLog(file)
  log.add([ended(1), ended(2, { state: 'failed' }), ended(3, { recipe: 'fix', isNested: true, costUsd: 0.125 })])
  log.add([ended(2, { endedAt: timeAt(hour + 1), ms: 5_000, costUsd: 0.5 }), ended(9_999_999)])
  const figures = asked(log)
  expect(figures.totals).toMatchObject({ runs: 2, done: 2, failed: 0, turns: 6, costUsd: 0.75, steps: { done: 4, skipped: 2 } })
  expect(figures.totals.length).toMatchObject({ count: 2, sumMs: 5_100, p50: 100, p95: 5_000 })
  expect(figures.columns).toMatchObject({ done: [1, 1], costUsd: [0.25, 0.5], p50: [100, 5_000], steps: { done: [2, 2] } })
  expect(asked(log, { nested: true }).recipes.map(({ recipe, totals }) => [recipe, totals.runs])).toEqual([
    ['review', 2],
    ['fix', 1],
  ])
  expect(asked(log, { nested: true, recipe: 'fix' }).totals.costUsd).toBe(0.125)
  expect(asked(log, { recipe: 'none' }).columns.p50).toEqual([null, null])
  expect(figures.forgottenBefore).toBeNull()
})

test('everything is there after a start; the oldest go, and are said to be gone; the file stays bounded', async () => {
  const limits = { mostRuns: 10, mostFirings: 3 }
  const log = new RunLog(file, limits)
  for (let number = 1; number <= 40; number += 1) log.add([ended(number), fired(number * 60_000, number % 2 === 0 ? 'started' : 'skipped')])
  log.add([fired(40 * 60_000 + 1, 'started')])
  for (const one of [log, new RunLog(file, limits)]) {
    expect([...one.runs].map(({ id }) => Number(id.slice(4)))).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40])
    expect(asked(one).firings).toEqual({
      totals: { started: 3, queued: 0, skipped: 1, failed: 0 },
      columns: { started: [3, 0], queued: [0, 0], skipped: [1, 0], failed: [0, 0] },
    })
    expect(asked(one).forgottenBefore).not.toBeNull()
  }
  expect((await readFile(file, 'utf8')).split('\n').length).toBeLessThan(2 * (limits.mostRuns + limits.mostFirings) + 5)
})
