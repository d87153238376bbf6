import { expect, test } from 'vitest'
import { at, sampleTurn } from '../../e2e/support/samples.ts'
import { againWords, turnEnding } from './turn-words.ts'

test('a turn that ended well or still runs needs no words', () => {
  expect(turnEnding(sampleTurn(1), [])).toBeNull()
  expect(turnEnding(sampleTurn(1, { outcome: 'done' }), [])).toBeNull()
})

test('a stopped turn names what may have run', () => {
  expect(turnEnding(sampleTurn(1, { outcome: 'interrupted' }), ['Bash'])).toMatchObject({
    tone: 'quiet',
    detail: 'Bash may have run: look before you repeat it.',
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
  expect(againWords(ending?.retryAt ?? null, Date.parse(at) + 15_000)).toBe('Send again in 0:45')
  expect(againWords(ending?.retryAt ?? null, Date.parse(at) + 61_000)).toBe('Send again')
})
