import { expect, test } from 'vitest'
import type { ClaudeEvent } from './claude-event.ts'
import { Normaliser } from './normaliser.ts'

const started = { type: 'stream_event', event: { type: 'message_start', message: { id: 'msg-1' } } }
const inSubAgent = { ...started, parent_tool_use_id: 'tool-1' }
const retry = (status: number | null) => ({
  type: 'system',
  subtype: 'api_retry',
  attempt: 1,
  max_retries: 10,
  retry_delay_ms: 5,
  error_status: status,
})
const result = (change: Record<string, unknown> = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  session_id: 's-1',
  result: 'Done.',
  ...change,
})
const aborted = result({ subtype: 'error_during_execution', is_error: true, terminal_reason: 'aborted_streaming' })

function lastResult(normaliser: Normaliser, ...messages: unknown[]): Extract<ClaudeEvent, { type: 'result' }> {
  const events = messages.flatMap((message) => normaliser.read(message) ?? [])
  const found = events.findLast((event) => event.type === 'result')
  if (found?.type !== 'result') throw new Error('There was no result.')
  return found
}

test('a repeated request that came through is not what a later failure is blamed on', () => {
  const normaliser = new Normaliser({ before: {} })
  normaliser.prompted('p-1')
  const failed = result({ is_error: true, result: 'Something else.' })
  expect(lastResult(normaliser, retry(529), started, failed).error?.code).toBe('TURN_FAILED')
  normaliser.prompted('p-2')
  expect(lastResult(normaliser, retry(529), failed).error?.code).toBe('OVERLOADED')
})

test('an interruption ends the turn that is at work, prompted or not, and no later one', () => {
  const normaliser = new Normaliser({ before: {} })
  normaliser.interrupting()
  normaliser.prompted('p-1')
  expect(lastResult(normaliser, aborted)).toMatchObject({ ok: false, interrupted: false })
  normaliser.prompted('p-2')
  normaliser.interrupting()
  expect(lastResult(normaliser, aborted)).toMatchObject({ ok: false, interrupted: true, error: null })
  normaliser.read(inSubAgent)
  expect(normaliser.working).toBe(false)
  normaliser.read({ ...started, parent_tool_use_id: null })
  normaliser.interrupting()
  expect(lastResult(normaliser, aborted)).toMatchObject({ interrupted: true })
  expect(normaliser.working).toBe(false)
})

test('a result that came too soon for the interruption stays a good one', () => {
  const normaliser = new Normaliser({ before: {} })
  normaliser.prompted('p-1')
  normaliser.interrupting()
  expect(lastResult(normaliser, result())).toMatchObject({ ok: true, interrupted: false, text: 'Done.' })
})

test('what Claude does by itself does not end the turn of a prompt that waits behind it', () => {
  const normaliser = new Normaliser({ before: {} })
  normaliser.prompted('p-1')
  expect(normaliser.read(result({ origin: { kind: 'task-notification' } }))).toEqual([])
  expect(normaliser.read(result({ user_message_uuids: ['another'] }))).toEqual([])
  normaliser.read({ type: 'command_lifecycle', command_uuid: 'p-1', state: 'queued' })
  expect(normaliser.read(result({ num_turns: 0 }))).toEqual([])
  normaliser.read({ type: 'command_lifecycle', command_uuid: 'p-1', state: 'started' })
  expect(normaliser.read(result({ num_turns: 0 }))).toEqual([])
  expect(normaliser.working).toBe(true)
  expect(normaliser.read(result({ origin: { kind: 'human' }, user_message_uuids: ['p-1'] }))).toHaveLength(1)
  expect(normaliser.working).toBe(false)
})

test('the result of a local command ends its own turn, also where Claude Code does not tell of prompts', () => {
  const normaliser = new Normaliser({ before: {} })
  normaliser.prompted('p-1')
  normaliser.read({ type: 'command_lifecycle', command_uuid: 'p-1', state: 'started' })
  expect(normaliser.read(result({ num_turns: 0, user_message_uuid: 'p-1' }))).toHaveLength(1)
  normaliser.prompted('p-2')
  expect(normaliser.read(result({ num_turns: 0 }))).toHaveLength(1)
})

test.each([
  { type: 'assistant' },
  { type: 'user', message: -1 },
  { type: 'result', subtype: 5 },
  { type: 'system', subtype: 'init' },
  { type: 'stream_event', event: { type: 'content_block_delta' } },
  { type: 'stream_event', event: 7 },
])('a message of a known kind that cannot be read is told from one of an unknown kind: %j', (message) => {
  expect(new Normaliser({ before: {} }).read(message)).toBeNull()
})

test.each([
  undefined,
  null,
  7,
  'text',
  {},
  { type: 'new_kind' },
  { type: 'stream_event', event: { type: 'ping' } },
  { type: 'system', subtype: 'unheard_of' },
])('a message that is not known is passed over: %j', (message) => expect(new Normaliser({ before: {} }).read(message)).toEqual([]))

test('what a compaction leaves as it was is not said again', () => {
  const normaliser = new Normaliser({ before: {} })
  const said = (uuid: string, text: string) => ({
    type: 'assistant',
    uuid,
    parent_tool_use_id: null,
    message: { id: `msg-${uuid}`, model: '<synthetic>', content: [{ type: 'text', text }] },
  })
  const boundary = {
    type: 'system',
    subtype: 'compact_boundary',
    compact_metadata: { trigger: 'manual', preserved_messages: { uuids: ['kept-1'], all_uuids: ['kept-1', 'kept-2'] } },
  }
  normaliser.prompted('p-1')
  const events = [said('kept-1', 'Cost: 1'), boundary, said('kept-1', 'Cost: 1'), said('kept-2', 'Model: x'), said('new', 'Next')]
  const texts = events.flatMap((event) => (normaliser.read(event) ?? []).flatMap((one) => (one.type === 'assistant' ? [one.uuid] : [])))
  expect(texts).toEqual(['kept-1', 'new'])
})

test('what a turn has used is told by model after each request, that of sub-agents too, and begins anew with the next', () => {
  const normaliser = new Normaliser({ before: {} })
  const request = (id: string, model: string, output: number, parent: string | null = null) => [
    {
      type: 'stream_event',
      event: { type: 'message_start', message: { id, model, usage: { input_tokens: 10 } } },
      parent_tool_use_id: parent,
    },
    { type: 'stream_event', event: { type: 'message_delta', usage: { output_tokens: output } }, parent_tool_use_id: parent },
  ]
  const told = (...messages: unknown[]) =>
    messages.flatMap((message) => normaliser.read(message) ?? []).findLast((event) => event.type === 'spending')
  normaliser.prompted('p-1')
  expect(told(...request('a', 'claude-x', 5))).toMatchObject({ models: [{ model: 'claude-x', usage: { input: 10, output: 5 } }] })
  expect(told(...request('b', 'claude-x', 5), ...request('c', 'claude-y', 1, 'tool-1'))).toMatchObject({
    models: [
      { model: 'claude-x', usage: { input: 20, output: 10 } },
      { model: 'claude-y', usage: { input: 10, output: 1 } },
    ],
  })
  normaliser.read(result())
  normaliser.prompted('p-2')
  expect(told(...request('d', 'claude-y', 2))).toMatchObject({ models: [{ model: 'claude-y', usage: { input: 10, output: 2 } }] })
})
