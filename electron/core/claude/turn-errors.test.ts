import { expect, test } from 'vitest'
import { turnError, type FailureFacts } from './turn-errors.ts'

const facts = (change: Partial<FailureFacts>): FailureFacts => ({ status: null, kinds: [], detail: '', limit: null, ...change })

test.each<[number, string]>([
  [400, 'REQUEST_REFUSED'],
  [401, 'NOT_LOGGED_IN'],
  [402, 'BILLING'],
  [403, 'REQUEST_FORBIDDEN'],
  [404, 'MODEL_NOT_FOUND'],
  [407, 'REQUEST_FORBIDDEN'],
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
  ['blocking_limit', 'TOO_LARGE'],
  ['oauth_org_not_allowed', 'ACCOUNT_REFUSED'],
  ['error_max_turns', 'TURN_FAILED'],
  ['prompt_too_long', 'TOO_LARGE'],
  ['invalid_request', 'TURN_FAILED'],
  ['max_turns', 'TURN_FAILED'],
  ['a_kind_of_next_year', 'TURN_FAILED'],
])('kind %s is %s', (kind, code) => {
  expect(turnError(facts({ kinds: [kind] })).code).toBe(code)
})

test.each<[string, string]>([
  ['Invalid API key · Please run /login', 'NOT_LOGGED_IN'],
  ['fetch failed: ECONNRESET', 'CONNECTION_LOST'],
  ['terminated', 'CONNECTION_LOST'],
  ['API Error: Server error mid-response. The response above may be incomplete.', 'MODEL_ERROR'],
  ['Credit balance is too low', 'BILLING'],
  ['Prompt is too long · the request is ~210345 tokens (limit 200000)', 'TOO_LARGE'],
  ["API Error: Opus's safeguards flagged this message", 'REFUSED'],
  ['The moon is full.', 'TURN_FAILED'],
])('the words "%s" are %s', (detail, code) => {
  expect(turnError(facts({ detail })).code).toBe(code)
})

test('the kind is believed before the words, and both before the status', () => {
  expect(turnError(facts({ status: 400, kinds: ['billing_error'] })).code).toBe('BILLING')
  expect(turnError(facts({ status: 400, kinds: ['prompt_too_long', 'invalid_request'] })).code).toBe('TOO_LARGE')
  expect(turnError(facts({ status: 400, kinds: ['api_error', 'invalid_request'], detail: 'prompt is too long: 9 > 8' })).code).toBe(
    'TOO_LARGE',
  )
  expect(turnError(facts({ status: 400, kinds: ['api_error', 'invalid_request'] })).code).toBe('REQUEST_REFUSED')
  // Claude Code calls these two by names that say something else.
  expect(turnError(facts({ status: 413, kinds: ['image_error'] })).code).toBe('TOO_LARGE')
  expect(turnError(facts({ status: 403, kinds: ['authentication_failed'] })).code).toBe('REQUEST_FORBIDDEN')
  expect(turnError(facts({ kinds: ['rate_limit'], detail: 'ECONNRESET' })).code).toBe('RATE_LIMITED')
})

test('a 403 is a refusal of the API or of a proxy, whatever it is called', () => {
  const { code, message } = turnError(facts({ status: 403, kinds: ['api_error', 'authentication_failed'] }))
  expect(code).toBe('REQUEST_FORBIDDEN')
  expect(message).toMatch(/proxy/)
  expect(turnError(facts({ status: 401, kinds: ['authentication_failed'] })).code).toBe('NOT_LOGGED_IN')
})

test('a full context names its ways out', () => {
  expect(turnError(facts({ kinds: ['prompt_too_long'] })).data).toMatchObject({ ways: ['compact', 'new-conversation'] })
})

test('what Claude said is handed on, but not without end', () => {
  const { message, data } = turnError(facts({ status: 418, detail: `  ${'x'.repeat(5_000)}` }))
  expect(data).toEqual({ status: 418, detail: 'x'.repeat(2_000) })
  expect(message).toContain(`It said: ${'x'.repeat(300)}. Press Continue`)
  expect(turnError(facts({})).data).toEqual({})
})

test('a usage limit says which one it is, and when it is over in a form for programs', () => {
  const retryAt = '2026-03-01T09:15:00.000Z'
  const error = turnError(facts({ status: 429, kinds: ['rate_limit'], limit: { retryAt, type: 'five_hour' } }))
  expect(error).toMatchObject({ code: 'RATE_LIMITED', data: { retryAt, limit: 'five_hour' } })
  expect(error.message).toMatch(/5-hour limit/)
  expect(error.message).not.toMatch(/UTC/)
})

test('a limit of the service is not told as the limit of the user', () => {
  const detail = 'API Error: Server is temporarily limiting requests (not your usage limit) · limit'
  const error = turnError(facts({ status: 429, kinds: ['rate_limit'], detail, limit: { retryAt: null, type: null } }))
  expect(error.code).toBe('OVERLOADED')
  expect(error.message).toMatch(/not your usage limit/)
})
