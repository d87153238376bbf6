import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Timing } from '../../../shared/domain/turn.ts'
import { phasesOf, timingWith } from './turn-phases.ts'

const timing: Timing = {
  waitedMs: 0,
  allocatedMs: 2,
  startedMs: 4,
  firstTokenMs: 616,
  totalMs: 35_000,
  toolMs: 5100,
  approvalMs: 8200,
  origin: 'warm',
}

test('a finished turn falls into its parts', () => {
  expect(phasesOf(timing, 0).map((phase) => [phase.name, phase.ms])).toEqual([
    ['waited', 2],
    ['started', 2],
    ['first-token', 612],
    ['answering', 21_084],
    ['tools', 5100],
    ['you', 8200],
  ])
})

test('a running turn shows what is known', () => {
  const begun = { ...timing, firstTokenMs: null, totalMs: null }
  expect(phasesOf(begun, 100).map((phase) => phase.name)).toEqual(['waited', 'started', 'first-token'])
})

test('a turn that ran elsewhere has no parts: that nobody took its times is not that it waited', () => {
  const elsewhere = { ...timing, waitedMs: null, allocatedMs: null, startedMs: null, firstTokenMs: null, origin: null, totalMs: 11_000 }
  expect(phasesOf({ ...elsewhere, approvalMs: 0 }, 11_000)).toEqual([])
  // One that was lost, of which not even the whole is known.
  expect(phasesOf({ ...elsewhere, totalMs: null }, 0, true)).toEqual([])
  // One of which nothing is known yet, because it has only begun, does wait.
  expect(phasesOf({ ...elsewhere, totalMs: null }, 500).map(({ name, ms }) => [name, ms])).toEqual([['waited', 500]])
})

test('a question that waits and a tool that runs count from their first moment', () => {
  const now = Date.parse('2026-01-01T00:01:00.000Z')
  const open = { askedAt: '2026-01-01T00:00:30.000Z', toolsSince: ['2026-01-01T00:00:58.000Z', '2026-01-01T00:01:01.000Z'] }
  const running = timingWith({ ...timing, totalMs: null }, open, now)
  expect(
    phasesOf(running, 60_000)
      .slice(-3)
      .map((phase) => [phase.name, phase.ms]),
  ).toEqual([
    ['answering', 60_000 - 616 - 7_100 - 38_200],
    ['tools', 7_100],
    ['you', 38_200],
  ])
})

test('the parts add up to the whole and none is negative', () => {
  const ms = fc.option(fc.nat({ max: 1000 }))
  fc.assert(
    fc.property(
      ms,
      ms,
      ms,
      ms,
      fc.nat({ max: 2000 }),
      fc.nat({ max: 2000 }),
      fc.nat({ max: 1000 }),
      (a, b, c, d, toolMs, approvalMs, elapsed) => {
        const sorted = [a, b, c].filter((mark) => mark !== null).toSorted((x, y) => x - y)
        const [allocatedMs = null, startedMs = null, firstTokenMs = null] = sorted
        const parts = phasesOf(
          { waitedMs: null, allocatedMs, startedMs, firstTokenMs, totalMs: d, toolMs, approvalMs, origin: null },
          elapsed,
        )
        expect(parts.every((phase) => phase.ms >= 0)).toBe(true)
        const isUnmeasured = d !== null && sorted.length === 0
        expect(parts.reduce((sum, phase) => sum + phase.ms, 0)).toBe(isUnmeasured ? 0 : (d ?? elapsed))
      },
    ),
  )
})
