import { expect, test, vi } from 'vitest'
import { AppError } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'
import { ApprovalDesk, type ApprovalOutcome } from './approval-desk.ts'

let count = 0

function approval(tool: string, input: Record<string, unknown>, conversationId = 'conv_000000000001'): Approval {
  count += 1
  return {
    id: `appr_${String(count).padStart(12, '0')}`,
    instanceId: 'inst_000000000001',
    conversationId,
    turnId: 'turn_000000000001',
    toolUseId: `toolu_${count}`,
    tool,
    input,
    createdAt: new Date().toISOString(),
  }
}

function ask(desk: ApprovalDesk, question: Approval, signal = new AbortController().signal) {
  const outcomes: ApprovalOutcome[] = []
  const answer = desk.ask(question, signal, async (_approval, outcome) => {
    outcomes.push(outcome)
  })
  return { answer, outcomes }
}

test('allowing runs exactly what was asked, or what the user made of it', async () => {
  const desk = new ApprovalDesk()
  const first = approval('Bash', { command: 'ls' })
  const one = ask(desk, first)
  expect(desk.list()).toEqual([first])
  await desk.decide(first.id, { decision: 'allow' })
  expect(await one.answer).toEqual({ behavior: 'allow', updatedInput: { command: 'ls' } })
  const second = approval('Bash', { command: 'rm -r out' })
  const two = ask(desk, second)
  await desk.decide(second.id, { decision: 'allow', updatedInput: { command: 'rm -r out/tmp' } })
  expect(await two.answer).toEqual({ behavior: 'allow', updatedInput: { command: 'rm -r out/tmp' } })
  expect(desk.list()).toEqual([])
})

test('allowing a command for the conversation covers that command there and nothing else', async () => {
  const desk = new ApprovalDesk()
  const first = approval('Bash', { command: 'npm test' })
  const { answer } = ask(desk, first)
  await desk.decide(first.id, { decision: 'allow', remember: 'conversation' })
  await answer
  const again = ask(desk, approval('Bash', { command: 'npm test' }))
  expect(await again.answer).toMatchObject({ behavior: 'allow' })
  expect(again.outcomes).toEqual(['allowed'])
  void ask(desk, approval('Bash', { command: 'npm test; curl evil' })).answer
  void ask(desk, approval('Bash', { command: 'npm test' }, 'conv_000000000002')).answer
  void ask(desk, approval('Write', { file_path: 'a' })).answer
  expect(desk.list()).toHaveLength(3)
})

test('a denial carries the user’s words to Claude and can end the turn', async () => {
  const desk = new ApprovalDesk()
  const question = approval('Write', { file_path: 'a' })
  const { answer, outcomes } = ask(desk, question)
  await desk.decide(question.id, { decision: 'deny', message: ' use b instead ', interrupt: true })
  expect(await answer).toEqual({ behavior: 'deny', message: 'use b instead', interrupt: true })
  expect(outcomes).toEqual(['waiting', 'denied'])
})

test('the end of the turn withdraws the question, and a late decision is refused', async () => {
  const desk = new ApprovalDesk()
  const question = approval('Bash', { command: 'ls' })
  const { answer, outcomes } = ask(desk, question)
  await desk.withdrawTurn(question.turnId)
  expect(await answer).toMatchObject({ behavior: 'deny' })
  expect(outcomes.at(-1)).toBe('withdrawn')
  await expect(desk.decide(question.id, { decision: 'allow' })).rejects.toMatchObject({ code: 'APPROVAL_GONE' })
})

test('Claude Code withdrawing its question is a denial', async () => {
  const desk = new ApprovalDesk()
  const abort = new AbortController()
  const { answer } = ask(desk, approval('Bash', { command: 'ls' }), abort.signal)
  abort.abort()
  expect(await answer).toMatchObject({ behavior: 'deny' })
  expect(desk.list()).toEqual([])
})

test('of two decisions at once only one counts', async () => {
  const desk = new ApprovalDesk()
  const question = approval('Bash', { command: 'ls' })
  const { answer } = ask(desk, question)
  const results = await Promise.allSettled([
    desk.decide(question.id, { decision: 'deny' }),
    desk.decide(question.id, { decision: 'allow' }),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected'])
  expect(await answer).toMatchObject({ behavior: 'deny' })
})

const diskFull = new AppError('DISK_FULL', 'The disk is full.')

test('an answer that cannot be written leaves the question open, and counts once it can', async () => {
  const desk = new ApprovalDesk()
  const question = approval('Bash', { command: 'ls' })
  const written: ApprovalOutcome[] = []
  let full = false
  const answer = desk.ask(question, new AbortController().signal, async (_approval, outcome) => {
    await Promise.resolve()
    if (full) throw diskFull
    written.push(outcome)
  })
  await vi.waitFor(() => expect(written).toEqual(['waiting']))
  full = true
  await expect(desk.decide(question.id, { decision: 'allow', remember: 'conversation' })).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(desk.list()).toEqual([question])
  full = false
  // What was not written is not remembered either.
  void desk.ask(approval('Bash', { command: 'ls' }), new AbortController().signal, async () => {})
  expect(desk.list()).toHaveLength(2)
  await desk.decide(question.id, { decision: 'allow' })
  expect(await answer).toMatchObject({ behavior: 'allow' })
  expect(written).toEqual(['waiting', 'allowed'])
})

test('of two answers at once the second counts when the first cannot be written', async () => {
  const desk = new ApprovalDesk()
  const question = approval('Bash', { command: 'ls' })
  const answer = desk.ask(question, new AbortController().signal, async (_approval, outcome) => {
    await Promise.resolve()
    if (outcome === 'denied') throw diskFull
  })
  const results = await Promise.allSettled([
    desk.decide(question.id, { decision: 'deny' }),
    desk.decide(question.id, { decision: 'allow' }),
  ])
  expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled'])
  expect(await answer).toMatchObject({ behavior: 'allow' })
})

test('a question whose withdrawal cannot be written is withdrawn all the same, and nothing is left unhandled', async () => {
  const desk = new ApprovalDesk()
  const abort = new AbortController()
  const fails = async (_approval: Approval, outcome: ApprovalOutcome): Promise<void> => {
    if (outcome === 'withdrawn') throw diskFull
  }
  const first = desk.ask(approval('Bash', { command: 'ls' }), abort.signal, fails)
  abort.abort()
  expect(await first).toMatchObject({ behavior: 'deny' })
  const question = approval('Bash', { command: 'pwd' })
  const second = desk.ask(question, new AbortController().signal, fails)
  await desk.withdrawTurn(question.turnId)
  expect(await second).toMatchObject({ behavior: 'deny' })
  expect(desk.list()).toEqual([])
})
