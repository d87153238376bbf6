import fc from 'fast-check'
import { expect, test } from 'vitest'
import { begunTurn, type Outcome, type Turn } from '../../../shared/domain/turn.ts'
import { delayOf, judge } from './verdict.ts'

const now = Date.parse('2026-03-01T08:00:00.000Z')

function ended(outcome: Outcome, code?: string, data?: Record<string, unknown>): Turn {
  const turn = begunTurn({ id: 'turn_1', conversationId: 'conv_1', instanceId: null, startedAt: '2026-03-01T08:00:00.000Z' })
  const error = code === undefined ? {} : { error: { code, message: 'It failed.', ...(data ? { data } : {}) } }
  return { ...turn, outcome, ...error }
}

const attempted = { attempts: 1, retries: 2, retryDelaySeconds: 5, hasEffects: false }

test('a turn that went well ends its task', () => {
  expect(judge(ended('done'), attempted, ['Bash'], now)).toEqual({ state: 'done' })
})

test.each(['OVERLOADED', 'RATE_LIMITED', 'MODEL_ERROR', 'CONNECTION_LOST', 'TURN_LOST', 'DISK_FULL'])(
  '%s may pass: once more, after a pause',
  (code) => {
    expect(judge(ended('failed', code), attempted, [], now)).toMatchObject({ state: 'again', delayMs: 5_000 })
  },
)

test.each(['NOT_LOGGED_IN', 'BILLING', 'REQUEST_REFUSED', 'MODEL_NOT_FOUND', 'TOO_LARGE'])(
  '%s would come again: failed at once',
  (code) => {
    expect(judge(ended('failed', code), attempted, [], now)).toMatchObject({ state: 'failed', error: { code } })
  },
)

test('what may have had an effect is never repeated, and the tool is named', () => {
  const verdict = judge(ended('lost', 'TURN_LOST'), attempted, ['Read', 'Bash', 'Bash'], now)
  expect(JSON.stringify(verdict)).toContain('Bash had been called')
  expect(verdict.state).toBe('failed')
  expect(judge(ended('lost', 'TURN_LOST'), attempted, ['Read', 'Grep'], now)).toMatchObject({ state: 'again' })
})

test('what a full disk kept from being written down may have had an effect too', () => {
  const cutOff = (...unsaved: string[]) => judge(ended('failed', 'DISK_FULL', { unsaved }), attempted, ['Read'], now)
  expect(cutOff('Grep')).toMatchObject({ state: 'again' })
  expect(cutOff('Grep', 'Write')).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL', data: { effects: ['Write'] } } })
})

test('what the user stopped stays stopped', () => {
  expect(judge(ended('interrupted'), attempted, [], now)).toMatchObject({ state: 'failed', error: { code: 'STOPPED' } })
})

test('after the last repetition it has failed, and says how often it was tried', () => {
  const verdict = judge(ended('failed', 'OVERLOADED'), { ...attempted, attempts: 3 }, [], now)
  expect(verdict).toMatchObject({ state: 'failed', error: { message: 'It failed. It was tried 3 times.' } })
})

test('a usage limit is waited for until it is over, however often; one that is over already is not', () => {
  const limited = (retryAt: string) => judge(ended('failed', 'RATE_LIMITED', { retryAt }), { ...attempted, attempts: 9 }, [], now)
  expect(limited('2026-03-01T10:00:00.000Z')).toMatchObject({ state: 'limited', untilMs: now + 7_200_000 })
  expect(limited('2026-03-01T07:00:00.000Z')).toMatchObject({ state: 'failed' })
})

test('what met a usage limit after it had done something is gone on with, also when the limit is over by then', () => {
  const limited = (retryAt: string) => judge(ended('failed', 'RATE_LIMITED', { retryAt }), attempted, ['Bash'], now)
  expect(limited('2026-03-01T10:00:00.000Z')).toMatchObject({ state: 'limited', untilMs: now + 7_200_000 })
  expect(limited('2026-03-01T07:00:00.000Z')).toMatchObject({ state: 'limited', untilMs: now + 30_000 })
})

test('pauses double up to five minutes', () => {
  expect([1, 2, 3, 4].map((attempts) => delayOf(attempts, 5))).toEqual([5_000, 10_000, 20_000, 40_000])
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 300 }), (attempts, seconds) => {
      expect(delayOf(attempts, seconds)).toBeLessThanOrEqual(300_000)
      expect(delayOf(attempts + 1, seconds)).toBeGreaterThanOrEqual(delayOf(attempts, seconds))
    }),
  )
})

const harmful = fc.constantFrom('Bash', 'Write', 'Agent', 'mcp__shop__buy')
const attempt = fc.record({
  tools: fc.array(fc.oneof(fc.constantFrom('Read', 'Grep'), harmful), { maxLength: 3 }),
  ends: fc.oneof(
    fc.constantFrom('OVERLOADED', 'TURN_LOST', 'CRASHED', 'CONNECTION_LOST').map((code) => ended('lost', code)),
    fc.integer({ min: -3_600_000, max: 3_600_000 }).map((ms) => {
      return ended('failed', 'RATE_LIMITED', { retryAt: new Date(now + ms).toISOString() })
    }),
    fc.constant(ended('done')),
  ),
})

test('however attempts end, a request is never made again once something may have been done for it', () => {
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1, maxLength: 12 }), (attempts) => {
      let record = { ...attempted, retries: 5, attempts: 0 }
      let wasDone = false
      for (const { tools, ends } of attempts) {
        const isRequest = !record.hasEffects
        expect(isRequest && wasDone).toBe(false)
        wasDone ||= tools.some((name) => !['Read', 'Grep'].includes(name))
        record = { ...record, attempts: record.attempts + 1 }
        const verdict = judge(ends, record, tools, now)
        if (verdict.state === 'done' || verdict.state === 'failed') return
        record = { ...record, hasEffects: verdict.goesOn, attempts: record.attempts - (verdict.state === 'limited' ? 1 : 0) }
      }
    }),
    { numRuns: 2_000 },
  )
})
