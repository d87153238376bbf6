import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Message } from '../../../shared/domain/message.ts'

/** The real program against the demo model, with hooks and servers of a project's own; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
let run: CoreRun
beforeEach(async () => {
  run = await openCore()
})
afterEach(() => run.close())

type Answer = { event: string; answer: Record<string, unknown> }

/** A conversation in a project of its own. */
async function conversationWith(name: string, hooks: readonly Answer[], servers: Record<string, unknown> = {}): Promise<string> {
  const cwd = join(run.folders.root, name)
  await mkdir(join(cwd, '.claude'), { recursive: true })
  const command = (answer: Record<string, unknown>) => `echo '${JSON.stringify(answer)}'`
  const byEvent = new Map(hooks.map(({ event, answer }) => [event, [{ hooks: [{ type: 'command', command: command(answer) }] }]]))
  await writeFile(join(cwd, '.claude', 'settings.json'), JSON.stringify({ hooks: Object.fromEntries<unknown>(byEvent) }))
  if (Object.keys(servers).length > 0) await writeFile(join(cwd, '.mcp.json'), JSON.stringify({ mcpServers: servers }))
  const { instances } = run.core.pool
  const config = instanceConfigSchema.parse({ name, cwd, allowedTools: ['Bash'] })
  const { id } = await instances.create({ ...config, start: true })
  await until(`${name} to be ready`, () => instances.get(id).state === 'idle', longMs)
  return (await run.core.conversations.create({ instanceId: id })).id
}

async function say(id: string, text: string) {
  return (await run.core.pool.send(id, { text, priority: 5 })).done
}

async function lines(id: string): Promise<Message[]> {
  const { items } = await run.core.conversations.messages(id, { limit: 100, superseded: false })
  return items.filter(({ role }) => role === 'system')
}

test('a prompt that a hook blocks says why, once, as a line of its turn', async () => {
  const id = await conversationWith('blocked', [{ event: 'UserPromptSubmit', answer: { decision: 'block', reason: 'no secrets please' } }])
  const turn = await say(id, 'password 1')
  const [line, ...more] = await lines(id)
  expect(line).toMatchObject({ turnId: turn.id, notice: { kind: 'hook', level: 'warning' } })
  expect(line?.text).toBe('Claude did not get this message: the UserPromptSubmit hook blocked it: no secrets please')
  expect(more).toEqual([])
})

test('what hooks tell the user, and why one ended the turn, is in the conversation', async () => {
  const id = await conversationWith('told', [
    { event: 'SessionStart', answer: { systemMessage: 'the session begins' } },
    { event: 'UserPromptSubmit', answer: { systemMessage: 'you are on main' } },
    { event: 'PostToolUse', answer: { continue: false, stopReason: 'policy says stop' } },
  ])
  expect(await say(id, '[bash: echo x]')).toMatchObject({ outcome: 'done' })
  expect((await lines(id)).map(({ text }) => text)).toEqual([
    'SessionStart:startup hook: the session begins',
    'UserPromptSubmit hook: you are on main',
    'Stopped by the PostToolUse:Bash hook: policy says stop',
  ])
})

test('a call that a hook denies names the hook and its reason, and Claude goes on', async () => {
  const denied = { permissionDecision: 'deny', permissionDecisionReason: 'use rg instead' }
  const id = await conversationWith('denied', [
    { event: 'PreToolUse', answer: { hookSpecificOutput: { hookEventName: 'PreToolUse', ...denied } } },
  ])
  expect(await say(id, '[bash: grep x y]')).toMatchObject({ outcome: 'done' })
  const [line, ...more] = await lines(id)
  expect(line).toMatchObject({ text: 'Blocked by the PreToolUse:Bash hook: use rg instead', notice: { kind: 'hook', level: 'warning' } })
  expect(more).toEqual([])
})

test('a hook that does not let Claude stop says why, and the turn is one', async () => {
  const id = await conversationWith('unstopped', [{ event: 'Stop', answer: { decision: 'block', reason: 'tests are missing' } }])
  const turn = await say(id, 'Hello')
  expect(turn.outcome).toBe('done')
  const said = await lines(id)
  expect(said[0]).toMatchObject({ text: 'Stop hook: tests are missing', turnId: turn.id })
  expect(await run.core.conversations.turns(id, 10)).toHaveLength(1)
})

test('a compaction says what it did, and servers that failed are named once in a conversation', async () => {
  const id = await conversationWith('compacted', [], { gone: { command: '/no/such/server' } })
  await say(id, 'Hello')
  await say(id, '/compact')
  await say(id, 'Hello again')
  const said = await lines(id)
  expect(said.map(({ notice }) => notice?.kind)).toEqual(['mcp', 'compaction', 'summary'])
  expect(said[0]?.text).toMatch(/^MCP server failed: gone \(.+\)/)
  expect(said[1]?.text).toMatch(/^Context compacted on request: \S+ → \S+ tokens$/)
  expect(said[1]?.notice?.data).toMatchObject({ trigger: 'manual' })
})
