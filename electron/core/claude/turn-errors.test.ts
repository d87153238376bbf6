import { expect, test } from 'vitest'
import { turnError, type FailureFacts } from './turn-errors.ts'

const facts = (change: Partial<FailureFacts>): FailureFacts => ({ status: null, kind: null, detail: '', resetsAt: null, ...change })

test.each<[number, string]>([
  [400, 'REQUEST_REFUSED'],
  [401, 'NOT_LOGGED_IN'],
  [403, 'NOT_LOGGED_IN'],
  [404, 'MODEL_NOT_FOUND'],
  [413, 'TOO_LARGE'],
  [429, 'RATE_LIMITED'],
  [500, 'MODEL_ERROR'],
  [502, 'MODEL_ERROR'],
  [529, 'OVERLOADED'],
  [418, 'TURN_FAILED'],
])('status %i is %s', (status, code) => {
  expect(turnError(facts({ status })).code).toBe(code)
})

test.each<[string, string]>([
  ['authentication_failed', 'NOT_LOGGED_IN'],
  ['billing_error', 'BILLING'],
  ['rate_limit', 'RATE_LIMITED'],
  ['overloaded', 'OVERLOADED'],
  ['model_not_found', 'MODEL_NOT_FOUND'],
  ['server_error', 'MODEL_ERROR'],
  ['prompt_too_long', 'TOO_LARGE'],
  ['invalid_request', 'REQUEST_REFUSED'],
  ['max_turns', 'TURN_FAILED'],
  ['a_kind_of_next_year', 'TURN_FAILED'],
])('kind %s is %s', (kind, code) => {
  expect(turnError(facts({ kind })).code).toBe(code)
})

test.each<[string, string]>([
  ['Invalid API key · Please run /login', 'NOT_LOGGED_IN'],
  ['fetch failed: ECONNRESET', 'CONNECTION_LOST'],
  ['terminated', 'CONNECTION_LOST'],
  ['The moon is full.', 'TURN_FAILED'],
])('the words "%s" are %s', (detail, code) => {
  expect(turnError(facts({ detail })).code).toBe(code)
})

test('the status is believed before the kind, and the kind before the words', () => {
  expect(turnError(facts({ status: 529, kind: 'rate_limit', detail: 'ECONNRESET' })).code).toBe('OVERLOADED')
  expect(turnError(facts({ kind: 'rate_limit', detail: 'ECONNRESET' })).code).toBe('RATE_LIMITED')
})

test('what Claude said is handed on, but not without end', () => {
  const { message, data } = turnError(facts({ status: 418, detail: `  ${'x'.repeat(2_000)}` }))
  expect(data).toEqual({ status: 418, detail: 'x'.repeat(500) })
  expect(message).toContain(`It said: ${'x'.repeat(300)}. Press Continue`)
  expect(turnError(facts({})).data).toEqual({})
})

test('a usage limit says when it is over, for people and for the queue', () => {
  const resetsAt = '2026-03-01T09:15:00.000Z'
  const error = turnError(facts({ status: 429, kind: 'rate_limit', resetsAt }))
  expect(error).toMatchObject({ code: 'RATE_LIMITED', data: { resetsAt } })
  expect(error.message).toContain('2026-03-01 09:15 UTC')
})
