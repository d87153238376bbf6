import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CrashedCore } from '../../../e2e/support/crashed-core.ts'
import { until } from '../../../e2e/support/until.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { Turn } from '../../../shared/domain/turn.ts'

/** The real program against the demo model; a busy machine starts it slowly. */
const longMs = 60_000
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })
let run: CrashedCore
let id: string
beforeEach(async () => {
  run = await CrashedCore.begin()
  id = (await run.core.conversations.create({ instanceId: run.instanceId })).id
})
afterEach(() => run.end())

/** Asks, and waits for the request. Claude Code writes its own file a moment after it asks: what is killed before never knew of it. */
async function asked(text: string): Promise<Approval> {
  await run.core.pool.send(id, { text, priority: 5 })
  const approval = await until('a request', () => run.core.pool.approvals()[0], longMs)
  await until('Claude to have written it', () => transcripts().some((file) => readFileSync(file, 'utf8').includes(approval.toolUseId)))
  return approval
}

function transcripts(): string[] {
  return globSync(join(run.folders.data, 'demo', '.claude', 'projects', '**', '*.jsonl'))
}

/** Answers what waits, and gives the turn that took the answer to Claude. */
async function answered(decision: Decision): Promise<Turn> {
  const [approval] = run.core.pool.approvals()
  if (!approval) throw new Error('Nothing waits.')
  const turnId = await run.core.pool.decide(approval.id, decision)
  if (turnId === null) throw new Error('No turn takes the answer to Claude.')
  return until('the turn to end', async () => (await run.core.conversations.turns(id, 10)).find((turn) => turn.id === turnId), longMs)
}

async function thread(): Promise<string> {
  const { items } = await run.core.conversations.messages(id, { limit: 200, superseded: false })
  return items
    .map(({ role, text, blocks }) => `${role}: ${text} ${JSON.stringify(blocks.filter(({ type }) => type === 'tool_result'))}`)
    .join('\n')
}

for (const way of ['app', 'claude', 'park', 'quit'] as const) {
  test(`a question outlives the end of its process (${way}), and its answer reaches Claude`, async () => {
    const before = await asked('[question] [rate 0]')
    await run.cut(way)
    const after = await until('it to be open', () => run.core.pool.approvals().find(({ kept }) => kept), longMs)
    expect(after).toMatchObject({ id: before.id, kind: 'question', kept: true })
    const turn = await answered({
      decision: 'allow',
      answers: { [before.questions?.[0]?.question ?? '']: before.questions?.[0]?.options[0]?.label ?? '' },
    })
    expect(turn).toMatchObject({ outcome: 'done' })
    expect(turn.text).toContain('Your questions have been answered')
    expect(run.core.pool.approvals()).toEqual([])
    expect((await thread()).match(/^user:/gm)).toHaveLength(1)
  })
}

test('a command that is allowed after a kill runs, once, without another question', async () => {
  await asked('[bash: echo ran >> ran.txt] [rate 0]')
  await run.cut('app')
  expect(existsSync(join(run.folders.work, 'ran.txt'))).toBe(false)
  const turn = await answered({ decision: 'allow' })
  expect(turn).toMatchObject({ outcome: 'done' })
  expect(run.read('ran.txt')).toBe('ran\n')
})

test('a command that is denied after a kill does not run, and Claude reads why', async () => {
  await asked('[bash: echo ran >> ran.txt] [rate 0]')
  await run.cut('app')
  const turn = await answered({ decision: 'deny', message: 'Use the other folder.' })
  expect(turn.text).toContain('Use the other folder.')
  expect(existsSync(join(run.folders.work, 'ran.txt'))).toBe(false)
})

test('a plan that is approved after a kill is carried out in the mode that was chosen', async () => {
  const approval = await asked('[plan] [rate 0]')
  expect(approval.kind).toBe('plan')
  await run.cut('app')
  const turn = await answered({ decision: 'allow', planMode: 'acceptEdits' })
  expect(turn.text).toContain('User has approved your plan')
  expect(run.core.pool.instances.get(run.instanceId).permissionMode).toBe('acceptEdits')
})

test('a plan that the user changed and approved after a kill stands in its file, and Claude reads so', async () => {
  const { input } = await asked('[plan] [rate 0]')
  await run.cut('claude')
  await until('it to be open', () => run.core.pool.approvals().find(({ kept }) => kept), longMs)
  const turn = await answered({ decision: 'allow', planMode: 'default', plan: '# Mine\n\nOnly this.' })
  expect(turn.text).toContain('Your plan has been saved to')
  expect(readFileSync(String(input['planFilePath']), 'utf8')).toBe('# Mine\n\nOnly this.')
})

test('what the user writes instead of an answer reaches Claude with the news that nobody answered', async () => {
  await asked('[question] [rate 0]')
  await run.cut('app')
  const { done } = await run.core.pool.send(id, { text: 'Something else [count]', priority: 5 })
  expect(await done).toMatchObject({ outcome: 'done', text: 'I can see 2 messages of yours.' })
  expect(run.core.pool.approvals()).toEqual([])
  expect(await thread()).toContain('wrote a message instead')
  const { done: later } = await run.core.pool.send(id, { text: 'And now [count]', priority: 5 })
  expect((await later).text).toBe('I can see 3 messages of yours.')
})

test('an answer that was written and not sent when the app was killed is sent after the start', async () => {
  const approval = await asked('[question] [rate 0]')
  await run.cut('app')
  await run.core.pool.instances.pause(run.instanceId, 'hold')
  const answers = { [approval.questions?.[0]?.question ?? '']: approval.questions?.[0]?.options[0]?.label ?? '' }
  const turnId = await run.core.pool.decide(approval.id, { decision: 'allow', answers })
  await run.cut('app')
  expect(run.core.pool.approvals()).toEqual([])
  await run.core.pool.instances.resume(run.instanceId)
  const turn = await until(
    'the turn to end',
    async () => (await run.core.conversations.turns(id, 10)).find((one) => one.outcome === 'done'),
    longMs,
  )
  expect(turn.text).toContain('Your questions have been answered')
  expect(turn.id).toBe(turnId)
})

test('whoever answers second hears what the first one said', async () => {
  const approval = await asked('[question] [rate 0]')
  await run.cut('app')
  const question = approval.questions?.[0]
  const answers = { [question?.question ?? '']: question?.options[0]?.label ?? '' }
  const [first, second] = await Promise.allSettled([
    run.core.pool.decide(approval.id, { decision: 'allow', answers }),
    run.core.pool.decide(approval.id, { decision: 'deny' }),
  ])
  expect(first.status).toBe('fulfilled')
  expect(second).toMatchObject({
    status: 'rejected',
    reason: { code: 'APPROVAL_GONE', data: { outcome: 'allowed', decision: { answers } } },
  })
})

test('a denial with a stop starts nothing, and Claude reads its words with the next message, also after another kill', async () => {
  const approval = await asked('[bash: echo ran >> ran.txt] [rate 0]')
  await run.cut('app')
  expect(await run.core.pool.decide(approval.id, { decision: 'deny', interrupt: true, message: 'Use the other folder.' })).toBeNull()
  expect(run.core.pool.approvals()).toEqual([])
  await run.cut('app')
  expect(await run.core.conversations.turns(id, 10)).toHaveLength(1)
  const { done } = await run.core.pool.send(id, { text: 'Go on [count]', priority: 5 })
  expect(await done).toMatchObject({ outcome: 'done', text: 'I can see 2 messages of yours.' })
  const told = await thread()
  expect(told).toContain('You denied Bash: Use the other folder. []')
  expect(told).toMatch(/"output":"Use the other folder."/)
  expect(existsSync(join(run.folders.work, 'ran.txt'))).toBe(false)
})

for (const way of ['app', 'claude', 'park'] as const) {
  for (const [where, inBackground] of [
    ['in the background', true],
    ['that its turn waits for', false],
  ] as const) {
    test(`what a sub-agent ${where} asked stays and says why it cannot be answered (${way})`, async () => {
      const call = { description: 'Look', prompt: '[bash: touch inner]', subagent_type: 'general-purpose', run_in_background: inBackground }
      const before = await asked(`[call: Agent ${JSON.stringify(call)}] [rate 0]`)
      expect(before.background).toBe(inBackground || undefined)
      if (inBackground)
        await until('the turn to end', async () => (await run.core.conversations.turns(id, 10))[0]?.outcome === 'done', longMs)
      await run.cut(way)
      const after = await until('it to have lapsed', () => run.core.pool.approvals().find(({ lapsed }) => lapsed !== undefined), longMs)
      expect(after).toMatchObject({ id: before.id, kept: true })
      expect(after.lapsed).toContain('The sub-agent that asked ended')
      await expect(run.core.pool.decide(after.id, { decision: 'allow' })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
      await run.core.pool.decide(after.id, { decision: 'deny' })
      expect(run.core.pool.approvals()).toEqual([])
      await run.cut('app')
      expect(run.core.pool.approvals()).toEqual([])
    })
  }
}

/** What Claude Code had not written down yet when it was killed. */
function forget(which: (line: string) => boolean): void {
  const files = globSync(join(run.folders.data, 'demo', '.claude', 'projects', '*', '*.jsonl'))
  expect(files).toHaveLength(1)
  for (const file of files) {
    const left = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => !which(line))
    if (left.join('') === '') rmSync(file)
    else writeFileSync(file, left.join('\n'))
  }
}

for (const [what, which] of [
  ['the call', (line: string) => line.includes('"AskUserQuestion"')],
  ['anything', () => true],
] as const) {
  test(`an answer reaches Claude although Claude Code was killed before it had written down ${what}`, async () => {
    const approval = await asked('[question] [rate 0]')
    await run.cut('app')
    forget(which)
    const question = approval.questions?.[0]
    const turn = await answered({ decision: 'allow', answers: { [question?.question ?? '']: question?.options[1]?.label ?? '' } })
    expect(turn).toMatchObject({ outcome: 'done' })
    expect(turn.text).toContain(`"${question?.question}"="${question?.options[1]?.label}"`)
    expect((await thread()).match(/^user:/gm)).toHaveLength(1)
  })
}

test('an answer whose process ends before Claude says a word is sent again by itself', async () => {
  const approval = await asked('[question] [slow 4] [rate 0]')
  await run.cut('app')
  const question = approval.questions?.[0]
  await run.core.pool.decide(approval.id, { decision: 'allow', answers: { [question?.question ?? '']: 'Mine' } })
  await until('the answer to be sent', () => run.core.pool.instances.get(run.instanceId).process?.pid, longMs)
  await until('its turn to wait for a word', () => run.core.pool.instances.get(run.instanceId).activity === 'Thinking', longMs)
  await run.cut('claude')
  const turn = await until(
    'a turn to end well',
    async () => (await run.core.conversations.turns(id, 10)).find(({ outcome }) => outcome === 'done'),
    longMs,
  )
  expect(turn.text).toContain('"Mine"')
  expect(run.core.pool.approvals()).toEqual([])
})

test('stopped by the user, a turn takes its question along; archiving takes along what a kill had left', async () => {
  await asked('[question] [rate 0]')
  await run.core.pool.instances.interrupt(run.instanceId)
  expect(run.core.pool.approvals()).toEqual([])
  await asked('[question] [rate 0]')
  await run.cut('app')
  expect(run.core.pool.approvals()).toHaveLength(1)
  await run.core.pool.moves.archive(id)
  expect(run.core.pool.approvals()).toEqual([])
  await run.core.pool.moves.restore(id)
  await run.cut('quit')
  expect(run.core.pool.approvals()).toEqual([])
})
