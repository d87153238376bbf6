import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import { instanceConfigSchema, type InstanceConfig } from '../../../shared/domain/instance.ts'
import type { StoredTool } from '../../../shared/domain/stored-tool.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CoreRun
let instanceId: string
let chat: string
beforeEach(async () => {
  run = await openCore()
})
afterEach(() => run.close())

const echo = new URL('../../../e2e/fixtures/mcp-echo.ts', import.meta.url).pathname

async function start(config: Partial<InstanceConfig> = {}): Promise<void> {
  const { id } = await run.core.pool.instances.create({
    ...instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, ...config }),
    start: true,
  })
  instanceId = id
  await until('the instance to be ready', () => run.core.pool.instances.get(id).state === 'idle', longMs)
  chat = (await run.core.conversations.create({ instanceId: id })).id
}

/** Sends a prompt and answers what is asked for, in order; says how many requests there were. */
async function say(text: string, ...answers: (Decision | ((approval: Approval) => Decision))[]): Promise<Approval[]> {
  const { done } = await run.core.pool.send(chat, { text, priority: 5 })
  const asked: Approval[] = []
  const ended = { is: false }
  const end = done.then(() => (ended.is = true))
  for (;;) {
    const next = await until('a request or the end', () => run.core.pool.approvals()[0] ?? (ended.is ? 'end' : undefined), longMs)
    if (next === 'end') break
    const given = answers[asked.length] ?? { decision: 'deny' as const }
    asked.push(next)
    await run.core.pool.decide(next.id, typeof given === 'function' ? given(next) : given)
  }
  await end
  return asked
}

async function calls(): Promise<StoredTool[]> {
  return (await run.core.conversations.messages(chat, { limit: 200, superseded: false, tools: true })).tools ?? []
}

const lastCall = async () => (await calls()).at(-1)

test('a rule made from a card lets the same command run unasked and is named at the call; others, and the same with flags, are asked', async () => {
  await start()
  const [first] = await say('[bash: touch one]', { decision: 'allow', remember: 'rule' })
  expect(first?.ruleProposals?.map(({ rule }) => rule.match)).toEqual(['exact', 'prefix'])
  const [rule] = run.core.rules.list()
  expect(rule).toMatchObject({ tool: 'Bash', match: 'exact', pattern: 'touch one', folder: run.folders.work, uses: 0 })
  expect(rule?.words).toContain('Allows running “touch one” in ')
  expect(await say('[bash: touch one]')).toEqual([])
  const applied = { id: rule?.id, words: rule?.words, decision: 'allow' }
  expect(await lastCall()).toMatchObject({ state: 'done', rule: applied })
  expect(run.core.rules.list()[0]?.uses).toBe(1)
  expect(run.core.rules.list()[0]?.lastMatchedAt).toBeTypeOf('string')
  expect(await say('[bash: touch two]')).toHaveLength(1)
  expect(await say('[background: touch one]')).toHaveLength(1)
  const unsandboxed = JSON.stringify({ command: 'touch one', dangerouslyDisableSandbox: true })
  expect(await say(`[call: Bash ${unsandboxed}]`)).toHaveLength(1)
  expect(await say('[bash: mkdir -p sub && cd sub] [bash: touch one]', { decision: 'allow' })).toHaveLength(2)
  await run.core.rules.remove(rule?.id ?? '')
  expect(await say('[bash: cd .. ] [bash: touch one]')).toHaveLength(1)
  expect(run.core.rules.list()).toEqual([])
})

test('of a command that was edited only what ran is kept; a rule that does not cover it is refused', async () => {
  await start()
  const wide = { tool: 'Bash', pattern: 'touch original', decision: 'allow' as const }
  const { done } = await run.core.pool.send(chat, { text: '[bash: touch original]', priority: 5 })
  const asked = await until('the request', () => run.core.pool.approvals()[0], longMs)
  const edited = { decision: 'allow' as const, updatedInput: { command: 'touch edited' }, remember: 'rule' as const }
  await expect(run.core.pool.decide(asked.id, { ...edited, rule: wide })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    data: { field: 'rule' },
  })
  expect(run.core.rules.list()).toEqual([])
  await run.core.pool.decide(asked.id, edited)
  await done
  expect(run.core.rules.list()).toMatchObject([{ pattern: 'touch edited' }])
  expect(await say('[bash: touch original]')).toHaveLength(1)
})

test('a tool of an MCP server: other arguments are asked, and so is a server that was exchanged under its name', async () => {
  await start({ mcpServers: { tracker: { command: process.execPath, args: [echo] } } })
  const [first] = await say('[mcp: tracker close {"id": 3}]', { decision: 'allow', remember: 'rule' })
  expect(first?.facts.mcpServer?.name).toBe('tracker')
  expect(first?.facts.mcpServer?.identity).toBeTypeOf('string')
  expect(run.core.rules.list()).toMatchObject([{ tool: 'mcp__tracker__close', match: 'exact', input: { id: 3 } }])
  expect(await say('[mcp: tracker close {"id": 3}]')).toEqual([])
  expect(await say('[mcp: tracker close {"id": 4}]', { decision: 'allow', remember: 'conversation' })).toHaveLength(1)
  expect(await say('[mcp: tracker close {"id": 4}]')).toEqual([])
  await run.core.pool.instances.update(instanceId, { mcpServers: { tracker: { command: process.execPath, args: [echo, '--other'] } } })
  await until('the new process', () => run.core.pool.instances.get(instanceId).state === 'idle', longMs)
  expect(await say('[mcp: tracker close {"id": 3}]')).toHaveLength(1)
  expect(await say('[mcp: tracker close {"id": 4}]')).toHaveLength(1)
})

test('a rule that denies also stops what Claude Code does not ask about, and says so at the call', async () => {
  await start({ allowedTools: ['Bash'] })
  expect(await say('[bash: touch free]')).toEqual([])
  const rule = await run.core.rules.create({ tool: 'Bash', match: 'prefix', pattern: 'touch', decision: 'deny' })
  expect(await say('[bash: touch kept]')).toEqual([])
  expect(await lastCall()).toMatchObject({ state: 'denied', rule: { id: rule.id, decision: 'deny' } })
  await expect(readFile(join(run.folders.work, 'kept'))).rejects.toThrow('ENOENT')
  await run.core.rules.update(rule.id, { pattern: 'rm' })
  await say('[bash: touch kept]')
  expect(await readFile(join(run.folders.work, 'kept'), 'utf8')).toBe('')
})

test('rules and what was allowed for a conversation survive a restart; a damaged file is told of and kept', async () => {
  await start()
  await say('[bash: touch a] [bash: touch b]', { decision: 'allow', remember: 'rule' }, { decision: 'allow', remember: 'conversation' })
  await run.reopen()
  expect(run.core.rules.list()).toHaveLength(1)
  expect(await say('[bash: touch a] [bash: touch b]')).toEqual([])
  await run.reopen(() => writeFile(join(run.folders.data, 'rules.json'), '{"rules": [{'))
  expect(run.core.rules.list()).toEqual([])
  expect(run.core.watch.problems.list().map(({ message }) => message)).toEqual([expect.stringContaining('rules.json could not be read')])
})
