import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Approval } from '../../../shared/domain/approval.ts'
import { said, StoreRun } from '../conversations/store-fixtures.ts'
import { newId } from '../storage/id.ts'
import { recoverTurns } from './recovery.ts'

let run: StoreRun
beforeEach(async () => {
  run = await StoreRun.begin()
})
afterEach(() => run.end())

/** A turn in which each of these is asked and nobody has answered. */
async function askedTurn(...asked: Partial<Approval>[]): Promise<{ id: string; turnId: string; approvals: Approval[] }> {
  const { id } = await run.store.create({})
  const turnId = newId('turn')
  await run.store.appendMessage(id, said('user', 'go', turnId), { sync: true })
  const createdAt = new Date().toISOString()
  const approvals = asked.map((one, index): Approval => {
    const own = { id: newId('appr'), instanceId: newId('inst'), conversationId: id, turnId, toolUseId: `tool-${index}`, createdAt }
    return { ...own, kind: 'permission', tool: 'Bash', input: {}, facts: { defaultToNo: false, suppressAlwaysAllow: false }, ...one }
  })
  for (const approval of approvals) {
    const { tool: name, toolUseId } = approval
    await run.store.appendTool(id, { toolUseId, turnId, name, state: 'waiting', durationMs: null, startedAt: createdAt })
    await run.store.appendApproval(id, approval, 'waiting')
  }
  return { id, turnId, approvals }
}

test('a turn that waited for an answer when the app ended says what it asked, and that nothing of it has run', async () => {
  const { id, turnId } = await askedTurn({ tool: 'Bash' })
  await run.reopen()
  const [turn] = await recoverTurns(run.store)
  expect(turn).toMatchObject({
    id: turnId,
    outcome: 'lost',
    error: { code: 'TURN_LOST', data: { toolsUnknown: [], unanswered: ['Bash'] } },
  })
  expect(turn?.error?.message).toContain('Bash waited for your answer and has not run.')
  const { tools } = await run.store.messages(id, { limit: 10, superseded: false, tools: true })
  expect(tools).toMatchObject([{ name: 'Bash', state: 'waiting' }])
  expect(run.store.openApprovals()).toMatchObject([{ approval: { tool: 'Bash', kept: true }, decision: null }])
})

test('a question and a plan that nobody had answered are told as what they are', async () => {
  const questions = [{ question: 'Which database?', header: '', multiSelect: false, options: [] }]
  await askedTurn({ kind: 'question', tool: 'AskUserQuestion', questions }, { kind: 'plan', tool: 'ExitPlanMode' })
  await run.reopen()
  const [turn] = await recoverTurns(run.store)
  expect(turn?.error?.message).toContain('Claude’s question “Which database?” waited for your answer.')
  expect(turn?.error?.message).toContain('Claude’s plan waited for your answer.')
})

test('what was answered before the end is not told as open', async () => {
  const { id, approvals } = await askedTurn({ tool: 'Bash' })
  for (const approval of approvals) await run.store.appendApproval(id, approval, 'allowed', { decision: 'allow' })
  await run.reopen()
  const [turn] = await recoverTurns(run.store)
  expect(turn?.error?.message).not.toContain('your answer')
})
