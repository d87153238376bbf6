import { expect, test } from 'vitest'
import { at, sampleTurn } from '../../e2e/support/samples.ts'
import { againWords, resetWords, turnEnding } from './turn-words.ts'

test('a turn that ended well or still runs needs no words', () => {
  expect(turnEnding(sampleTurn(1), [])).toBeNull()
  expect(turnEnding(sampleTurn(1, { outcome: 'done' }), [])).toBeNull()
})

test('a stopped turn names what may have run', () => {
  expect(turnEnding(sampleTurn(1, { outcome: 'interrupted' }), ['Bash'])).toMatchObject({
    tone: 'quiet',
    detail: 'Bash may have run. Check before running it again.',
  })
})

test.each([
  ['NOT_LOGGED_IN', 'sign-in'],
  ['RATE_LIMITED', 'again'],
  ['OVERLOADED', 'again'],
  ['CLAUDE_EXITED', 'restart'],
  ['SOMETHING_ELSE', 'continue'],
])('%s offers %s first', (code, action) => {
  expect(turnEnding(sampleTurn(1, { outcome: 'failed', error: { code, message: 'So it is.' } }), [])?.actions[0]).toBe(action)
})

test('a prompt that Claude never had is sent again, not continued', () => {
  const error = { code: 'TURN_LOST', message: 'Cut.', data: { delivered: false } }
  expect(turnEnding(sampleTurn(1, { outcome: 'lost', error }), [])?.actions).toEqual(['again'])
})

test('the time to try again is told', () => {
  const error = { code: 'RATE_LIMITED', message: 'Too many.', data: { retryAfterSeconds: 60 } }
  const ending = turnEnding(sampleTurn(1, { outcome: 'failed', error, endedAt: at }), [])
  expect(againWords(ending?.retryAt ?? null, Date.parse(at) + 15_000)).toBe('Retry in 0:45')
  expect(againWords(ending?.retryAt ?? null, Date.parse(at) + 61_000)).toBe('Retry')
})

const failedWith = (code: string, data: Record<string, unknown>) =>
  turnEnding(sampleTurn(1, { outcome: 'failed', error: { code, message: 'You have reached your 5-hour limit.', data }, endedAt: at }), [])

test('a usage limit counts down to its end, and says it in the time of the reader', () => {
  const now = Date.parse(at)
  const retryAt = new Date(now + 7_170_000).toISOString()
  const ending = failedWith('RATE_LIMITED', { retryAt, detail: "You've hit your 5-hour limit · resets 7:06pm (UTC)" })
  expect(againWords(ending?.retryAt ?? null, now)).toBe('Retry in 1:59:30')
  expect(resetWords(ending?.retryAt ?? null, now)).toContain(
    new Date(retryAt).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' }),
  )
  expect(resetWords(ending?.retryAt ?? null, now + 8_000_000)).toBeNull()
  expect(ending?.said).toBe("You've hit your 5-hour limit")
})

test("Claude Code's own words stand below, once", () => {
  expect(failedWith('BILLING', { detail: 'Credit balance is too low' })?.said).toBe('Credit balance is too low')
  expect(failedWith('TURN_FAILED', { detail: 'You have reached your 5-hour limit.' })?.said).toBeNull()
  expect(failedWith('BILLING', {})?.said).toBeNull()
})

test('a full context is compacted or left, and an error names ways of its own', () => {
  expect(failedWith('TOO_LARGE', {})?.actions).toEqual(['compact', 'new-conversation'])
  expect(failedWith('SOMETHING_ELSE', { ways: ['compact', 'a-way-of-next-year'] })?.actions).toEqual(['compact', 'again'])
  expect(failedWith('SOMETHING_ELSE', { ways: 'none' })?.actions).toEqual(['continue', 'again'])
})
