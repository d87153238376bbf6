import { expect, onTestFinished, test } from 'vitest'
import type { Approval } from '../../../shared/domain/approval.ts'
import { begunTurn } from '../../../shared/domain/turn.ts'
import { said, StoreRun } from '../conversations/store-fixtures.ts'
import { newId } from '../storage/id.ts'
import { LateReplies } from '../instances/late-replies.ts'

/** A turn that was cut off while Claude asked something in a message of several calls. */
async function cutOff(asks: Partial<Approval>) {
  const run = await StoreRun.begin()
  onTestFinished(() => run.end())
  const { id } = await run.store.create({})
  const turnId = newId('turn')
  const startedAt = new Date().toISOString()
  await run.store.setSession(id, { sessionId: 'session', cwd: '/srv' })
  await run.store.appendMessage(id, said('user', 'go', turnId), { sync: true })
  const calls = ['before', 'asked', 'after'].map((toolUseId) => ({ type: 'tool_use' as const, toolUseId, name: 'Bash', input: {} }))
  for (const [place, call] of calls.entries()) {
    const draft = {
      role: 'assistant' as const,
      blocks: [call],
      turnId,
      providerId: 'msg',
      providerIndex: place,
      claudeUuid: `entry-${place}`,
    }
    await run.store.appendMessage(id, draft, { sync: false })
  }
  const result = { type: 'tool_result' as const, toolUseId: 'before', output: 'done before', isError: false }
  await run.store.appendMessage(id, { role: 'tool', blocks: [result], turnId }, { sync: false })
  const approval: Approval = {
    id: newId('appr'),
    instanceId: newId('inst'),
    conversationId: id,
    turnId,
    toolUseId: 'asked',
    kind: 'permission',
    tool: 'Bash',
    input: { command: 'ls' },
    facts: { defaultToNo: false, suppressAlwaysAllow: false },
    kept: true,
    createdAt: startedAt,
    ...asks,
  }
  await run.store.appendApproval(id, approval, 'waiting')
  const turn = {
    ...begunTurn({ id: turnId, conversationId: id, instanceId: null, startedAt }),
    outcome: 'lost' as const,
    endedAt: startedAt,
  }
  await run.store.appendTurn(id, turn, { sync: true })
  return { run, id, approval, replies: new LateReplies({ recorder: run.store, sessionHas: async () => true }) }
}

test('calls beside the one that was asked about keep their results, and one whose end nobody saw says so', async () => {
  const { run, id, approval, replies } = await cutOff({})
  await run.store.appendApproval(id, approval, 'denied', { decision: 'deny', message: 'No.' })
  const found = await replies.for(id, '')
  expect(found?.at?.entry).toBe('entry-2')
  expect(found?.at?.results.map(({ toolUseId, output, isError }) => [toolUseId, output.slice(0, 27), isError])).toEqual([
    ['before', 'done before', false],
    ['asked', 'No.', true],
    ['after', 'Claude Code was interrupted', true],
  ])
})

test('what the user writes instead goes with the news that nobody answered; a command goes alone', async () => {
  const { id, replies } = await cutOff({})
  const instead = await replies.for(id, 'Do something else')
  expect(instead?.unanswered).toHaveLength(1)
  expect(instead?.at?.results[1]).toMatchObject({ toolUseId: 'asked', isError: true })
  expect(instead?.at?.results[1]?.output).toContain('wrote a message instead')
  expect(await replies.for(id, '/compact')).toMatchObject({ at: null, text: '', answered: [] })
})

test('an allowed call is to be made again, with its changed input where it was changed', async () => {
  const { run, id, approval, replies } = await cutOff({})
  await run.store.appendApproval(id, approval, 'allowed', { decision: 'allow', updatedInput: { command: 'ls -la' } })
  const found = await replies.for(id, '')
  expect(found?.text).toContain('Make exactly the same call again.')
  expect(found?.text).toContain('{"command":"ls -la"}')
  expect(found?.at?.results[1]?.output).toContain('has not run')
})

test('what can be answered no more is settled by the next message, and changes nothing of it', async () => {
  const { id, replies } = await cutOff({ lapsed: 'Gone.' })
  expect(await replies.for(id, 'hello')).toMatchObject({ at: null, text: '', unanswered: [{ lapsed: 'Gone.' }] })
})
