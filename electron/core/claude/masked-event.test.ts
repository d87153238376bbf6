import { expect, test } from 'vitest'
import type { ClaudeEvent } from './claude-event.ts'
import { maskedEvent, maskedFault } from './masked-event.ts'
import { turnError } from './turn-errors.ts'

const value = 'sk-ant-api03-abcdef'
const masked = (event: ClaudeEvent) => JSON.stringify(maskedEvent(event, (text) => text.replaceAll(value, '•••')))
const error = turnError({ status: 400, kinds: [], detail: `API Error: 400 Incorrect API key provided: ${value}`, limit: null })

test.each<ClaudeEvent>([
  { type: 'assistant', providerId: 'm', uuid: 'u', blocks: [], model: '', parentToolUseId: null, synthetic: true, error },
  {
    type: 'result',
    ok: false,
    interrupted: false,
    error,
    text: `API Error: ${value}`,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costUsd: null,
    searches: 0,
    byModel: [],
    calls: null,
    model: null,
    sessionId: 's',
  },
  { type: 'said', text: `MCP server db failed: pg://u:${value}@h`, notice: { kind: 'mcp', level: 'error' } },
  { type: 'notice', level: 'error', code: 'X', message: `refused ${value}` },
])('a secret that a failure repeats is taken out: $type', (event) => {
  expect(JSON.stringify(event)).toContain(value)
  expect(masked(event)).not.toContain(value)
  expect(masked(event)).toContain('•••')
})

test('what Claude itself says stays as it is, and so does an event without one', () => {
  const said: ClaudeEvent = {
    type: 'assistant',
    providerId: 'm',
    uuid: 'u',
    blocks: [{ type: 'text', text: value }],
    model: 'm',
    parentToolUseId: null,
    synthetic: false,
    error: null,
  }
  expect(maskedEvent(said, () => '')).toBe(said)
})

test('what is logged of a fault holds where it came from, and no secret', () => {
  const fault = maskedFault(new Error(`Claude Code returned an error result: ${value}`), (text) => text.replaceAll(value, '•••'))
  expect(fault).toContain('returned an error result: •••')
  expect(fault).toContain('masked-event.test.ts')
  expect(fault).not.toContain(value)
})
