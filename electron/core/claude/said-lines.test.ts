import { expect, test } from 'vitest'
import type { ClaudeEvent } from './claude-event.ts'
import { Normaliser } from './normaliser.ts'

const prompt = 'p-1'
const result = (change: Record<string, unknown> = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  session_id: 's-1',
  result: '',
  user_message_uuid: prompt,
  ...change,
})
const system = (subtype: string, fields: Record<string, unknown>) => ({ type: 'system', subtype, ...fields })
const hook = (event: string, answer: unknown, change: Record<string, unknown> = {}) =>
  system('hook_response', {
    hook_name: event,
    hook_event: event,
    stdout: JSON.stringify(answer),
    stderr: '',
    exit_code: 0,
    outcome: 'success',
    ...change,
  })
const failedHook = (event: string, code: number, stderr: string) =>
  system('hook_response', { hook_name: event, hook_event: event, stdout: '', stderr, exit_code: code, outcome: 'error' })
const assistant = (id: string, text: string, change: Record<string, unknown> = {}) => ({
  type: 'assistant',
  uuid: `u-${id}`,
  message: { id, model: 'claude-x', content: [{ type: 'text', text }] },
  ...change,
})
const apiError = {
  ...assistant('e', 'API Error: Server error mid-response.'),
  error: 'server_error',
  message: { id: 'e', model: '<synthetic>', content: [{ type: 'text', text: 'API Error: Server error mid-response.' }] },
}

function eventsOf(...messages: unknown[]): ClaudeEvent[] {
  const normaliser = new Normaliser({ before: {} })
  normaliser.prompted(prompt)
  return messages.flatMap((message) => normaliser.read(message) ?? [])
}

const said = (...messages: unknown[]) => eventsOf(...messages).flatMap((event) => (event.type === 'said' ? [event] : []))
const words = (...messages: unknown[]) => said(...messages).map(({ text }) => text)

test.each<[string, unknown, string[]]>([
  ['a message to the user', hook('SessionStart', { systemMessage: 'on main' }), ['SessionStart hook: on main']],
  ['why it ended the turn', hook('PostToolUse', { continue: false, stopReason: 'policy' }), ['Stopped by the PostToolUse hook: policy']],
  ['why it sends Claude on', hook('Stop', { decision: 'block', reason: 'run the tests' }), ['Stop hook: run the tests']],
  ['how it failed', failedHook('PostToolUse', 1, 'no such command\n'), ['PostToolUse hook failed: no such command']],
  ['what it tells Claude', failedHook('PostToolUse', 2, 'fix the format'), ['PostToolUse hook: fix the format']],
  ['what it blocked', failedHook('PreToolUse', 2, 'not allowed'), ['Blocked by the PreToolUse hook: not allowed']],
  [
    'what it denied',
    hook('PreToolUse', { hookSpecificOutput: { permissionDecision: 'deny', permissionDecisionReason: 'use rg' } }),
    ['Blocked by the PreToolUse hook: use rg'],
  ],
  ['nothing of what it allowed', hook('PreToolUse', { hookSpecificOutput: { permissionDecision: 'allow' } }), []],
  ['nothing where it has nothing to say', hook('PostToolUse', {}), []],
  ['nothing of what is meant for Claude', hook('SessionStart', null, { stdout: 'context for Claude' }), []],
])('a hook says %s', (_what, message, expected) => {
  expect(words(message)).toEqual(expected)
})

test('what a hook said is not said again when Claude Code repeats it, and is when the next turn meets it', () => {
  const repeated = system('informational', { content: 'Stop says: tests are red', level: 'notice' })
  const once = hook('Stop', { systemMessage: 'tests are red' })
  expect(words(once, repeated)).toEqual(['Stop hook: tests are red'])
  expect(words(once, repeated, result(), repeated)).toEqual(['Stop hook: tests are red', 'Stop says: tests are red'])
})

test('a turn that a hook ended without a word says that much', () => {
  expect(words(result({ terminal_reason: 'hook_stopped' }))).toEqual(['Stopped by a hook'])
  const told = hook('PostToolUse', { continue: false, stopReason: 'policy' })
  expect(words(told, result({ terminal_reason: 'hook_stopped' }))).toEqual(['Stopped by the PostToolUse hook: policy'])
})

test.each<[string, unknown, { text: RegExp; kind: string; level: string }]>([
  ['a notice', system('informational', { content: 'Careful', level: 'warning' }), { text: /^Careful$/, kind: 'notice', level: 'warning' }],
  [
    'a notification',
    system('notification', { key: 'k', text: 'Low on credit', priority: 'low' }),
    { text: /^Low on credit$/, kind: 'notice', level: 'info' },
  ],
  ['a command', system('local_command_output', { content: 'Cost: 0' }), { text: /^Cost: 0$/, kind: 'command', level: 'info' }],
  [
    'another model',
    system('model_fallback', { original_model: 'a', fallback_model: 'b' }),
    { text: /^Switched from a to b$/, kind: 'model', level: 'warning' },
  ],
  [
    'a denied tool',
    system('permission_denied', { tool_name: 'Bash', decision_reason: 'rule' }),
    { text: /^Bash was denied: rule$/, kind: 'permission', level: 'info' },
  ],
  [
    'a plugin',
    system('plugin_install', { status: 'failed', name: 'x', error: 'no net' }),
    { text: /plugin x could not be installed: no net/, kind: 'notice', level: 'warning' },
  ],
  ['lost writes', system('session_writes_lost', { error_code: 'ENOSPC' }), { text: /disk was full/, kind: 'storage', level: 'error' }],
  ['memories', system('memory_recall', { memories: [{ path: '/m/a.md' }] }), { text: /\/m\/a\.md/, kind: 'memory', level: 'info' }],
  [
    'a sign-in that fails',
    { type: 'auth_status', isAuthenticating: false, output: [], error: 'expired' },
    { text: /^expired$/, kind: 'notice', level: 'warning' },
  ],
  [
    'a cleared context',
    { type: 'conversation_reset', new_conversation_id: 'n' },
    { text: /Context cleared/, kind: 'cleared', level: 'info' },
  ],
])('%s is a line of the thread', (_what, message, { text, kind, level }) => {
  expect(said(message)).toMatchObject([{ notice: { kind, level } }])
  expect(words(message)[0]).toMatch(text)
})

test('a compaction says what it did, what Claude remembers, and why it failed', () => {
  const boundary = system('compact_boundary', { compact_metadata: { trigger: 'auto', pre_tokens: 160_400, post_tokens: 9_120 } })
  const summary = { type: 'user', isSynthetic: true, message: { content: 'This session is being continued …' } }
  expect(said(boundary, summary, summary)).toMatchObject([
    {
      text: 'Context compacted automatically: 160k → 9k tokens',
      notice: { kind: 'compaction', data: { trigger: 'auto', preTokens: 160_400, postTokens: 9_120 } },
    },
    { text: 'This session is being continued …', notice: { kind: 'summary' } },
  ])
  expect(words(system('compact_boundary', {}))).toEqual(['Context compacted'])
  expect(words(system('status', { status: null, compact_result: 'failed', compact_error: 'too short' }))).toEqual([
    'Context could not be compacted: too short',
  ])
})

test('a failure that the turn goes on after is a line; the one that ends it is its error', () => {
  const wentOn = eventsOf(apiError, assistant('a', 'Here.'), result({ result: 'Here.' }))
  expect(wentOn).toMatchObject([
    { type: 'assistant', error: { code: 'MODEL_ERROR' } },
    { type: 'said', text: 'API Error: Server error mid-response.' },
    { type: 'assistant', error: null },
    { type: 'result', ok: true },
  ])
  const ended = eventsOf(apiError, result({ is_error: true, result: 'x' }))
  expect(ended.map(({ type }) => type)).toEqual(['assistant', 'result'])
  expect(ended.at(-1)).toMatchObject({ error: { code: 'MODEL_ERROR' } })
})

test('a limit that is met is the error of the turn, with its name and its end', () => {
  const limit = (status: string, more = {}) => ({
    type: 'rate_limit_event',
    rate_limit_info: { status, resetsAt: 4_000_000_000, rateLimitType: 'seven_day', ...more },
  })
  const retryAt = new Date(4_000_000_000_000).toISOString()
  const error = eventsOf(limit('rejected'), result({ is_error: true, api_error_status: 429, result: "You've hit your weekly limit" })).find(
    ({ type }) => type === 'result',
  )
  expect(error).toMatchObject({ type: 'result', error: { code: 'RATE_LIMITED', data: { retryAt, limit: 'seven_day' } } })
  expect(said(limit('allowed'))).toEqual([])
  expect(said(limit('allowed_warning'))).toMatchObject([{ text: 'You are close to your weekly limit.', notice: { data: { retryAt } } }])
  expect(words(limit('rejected', { isUsingOverage: true }))).toEqual(['You have reached your weekly limit; extra usage is in use.'])
})

test('messages that are taken back are named before what takes their place', () => {
  expect(eventsOf(assistant('b', 'Again.', { supersedes: ['u-a'] }))).toMatchObject([
    { type: 'retracted', uuids: ['u-a'] },
    { type: 'assistant', providerId: 'b' },
  ])
  const fallback = system('model_refusal_fallback', {
    original_model: 'a',
    fallback_model: 'b',
    content: '',
    retracted_message_uuids: ['u-a'],
  })
  expect(eventsOf(fallback).map(({ type }) => type)).toEqual(['retracted', 'said'])
})

test('kinds that are left out, and those of a later Claude Code, cost nothing', () => {
  const normaliser = new Normaliser({ before: {} })
  for (const raw of [
    system('hook_started', {}),
    system('task_updated', {}),
    system('of_next_year', {}),
    { type: 'prompt_suggestion' },
    { type: 'new' },
  ])
    expect(normaliser.read(raw)).toEqual([])
  expect(normaliser.read(system('informational', {}))).toBeNull()
})
