import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { patienceMs } from '../../../e2e/support/until.ts'
import { AppError } from '../../../shared/app-error.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import { ApprovalDesk } from './approval-desk.ts'

let count = 0

function approval(tool: string, input: Record<string, unknown>, conversationId = 'conv_000000000001', folder = '/srv/a'): Approval {
  count += 1
  return {
    id: `appr_${String(count).padStart(12, '0')}`,
    instanceId: 'inst_000000000001',
    conversationId,
    turnId: 'turn_000000000001',
    toolUseId: `toolu_${count}`,
    kind: 'permission',
    tool,
    input,
    folder,
    facts: {
      defaultToNo: false,
      suppressAlwaysAllow: false,
      ...(tool.startsWith('mcp__') ? { mcpServer: { name: 'box', identity: 'one' } } : {}),
    },
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

test('an answer given while the end of its turn is being written finds what is kept of it', async () => {
  const desk = new ApprovalDesk()
  desk.kept.answerWith({ answer: () => Promise.resolve(null), dismiss: () => Promise.resolve() })
  const asked = approval('Bash', { command: 'ls' })
  void ask(desk, asked)
  await desk.release(asked.turnId)
  const answered = desk.decide(asked.id, { decision: 'allow' })
  desk.kept.replace(asked.conversationId, [{ ...asked, lapsed: 'Its server has gone.' }])
  await expect(answered).rejects.toThrow('Its server has gone.')
})

test('an empty input instead of the asked one is refused: Claude Code would run what it asked for', async () => {
  const desk = new ApprovalDesk()
  const first = approval('Bash', { command: 'ls' })
  const { answer } = ask(desk, first)
  await expect(desk.decide(first.id, { decision: 'allow', updatedInput: {} })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await desk.decide(first.id, { decision: 'allow' })
  expect(await answer).toEqual({ behavior: 'allow', updatedInput: { command: 'ls' } })
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
  await vi.waitFor(() => expect(written).toEqual(['waiting']), patienceMs)
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

test('what is remembered is the very call that was allowed: every field of it, in its folder', async () => {
  const desk = new ApprovalDesk()
  const asked = (tool: string, input: Record<string, unknown>, folder = '/srv/a') =>
    desk.ask({ ...approval(tool, input), folder }, new AbortController().signal, async () => {})
  const allow = async (tool: string, input: Record<string, unknown>) => {
    const answer = asked(tool, input)
    const waiting = desk.list().at(-1)
    if (!waiting) throw new Error('nothing waits')
    await desk.decide(waiting.id, { decision: 'allow', remember: 'conversation' })
    await answer
  }
  await allow('Bash', { command: 'npm test', description: 'Run the tests' })
  await allow('mcp__box__exec', { command: 'ls', options: { cwd: 'a', quiet: true } })
  await expect(asked('Bash', { command: 'npm test', description: 'Once more' })).resolves.toMatchObject({ behavior: 'allow' })
  await expect(asked('mcp__box__exec', { options: { quiet: true, cwd: 'a' }, command: 'ls' })).resolves.toMatchObject({ behavior: 'allow' })
  expect(desk.list()).toEqual([])
  const others: [string, Record<string, unknown>, string?][] = [
    ['Bash', { command: 'npm test', dangerouslyDisableSandbox: true }],
    ['Bash', { command: 'npm test', run_in_background: true }],
    ['Bash', { command: 'npm test' }, '/srv/b'],
    ['PowerShell', { command: 'npm test' }],
    ['mcp__box__exec', { command: 'rm -rf everything', options: { cwd: 'a', quiet: true } }],
    ['mcp__box__exec', { command: 'ls', options: { cwd: 'b', quiet: true } }],
    ['mcp__box__exec', { command: 'ls', options: { cwd: 'a', quiet: true }, description: 'said by the model' }],
  ]
  for (const one of others) void asked(...one)
  expect(desk.list().map(({ tool }) => tool)).toEqual(others.map(([tool]) => tool))
})

test('a call of which nobody knows where it would run is asked about each time', async () => {
  const desk = new ApprovalDesk()
  const nowhere = () => {
    const { folder: _folder, ...rest } = approval('Bash', { command: 'rm -r build' })
    return rest
  }
  const first = nowhere()
  const { answer } = ask(desk, first)
  await desk.decide(first.id, { decision: 'allow', remember: 'conversation' })
  await answer
  void ask(desk, nowhere()).answer
  expect(desk.list()).toHaveLength(1)
})

test('of a command that was changed before it was allowed, only what ran is remembered', async () => {
  const desk = new ApprovalDesk()
  const first = approval('Bash', { command: 'touch original' })
  const { answer } = ask(desk, first)
  await desk.decide(first.id, { decision: 'allow', remember: 'conversation', updatedInput: { command: 'true' } })
  await answer
  expect(await ask(desk, approval('Bash', { command: 'true' })).answer).toMatchObject({ behavior: 'allow' })
  void ask(desk, approval('Bash', { command: 'touch original' })).answer
  expect(desk.list()).toHaveLength(1)
})

test('a call of an MCP server is that server’s: of another one of its name, or of one that nobody can tell, it is asked', async () => {
  const desk = new ApprovalDesk()
  const of = (identity?: string): Approval => {
    const asked = approval('mcp__box__exec', { command: 'ls' })
    return { ...asked, facts: { ...asked.facts, mcpServer: { name: 'box', ...(identity === undefined ? {} : { identity }) } } }
  }
  for (const first of [of('one'), of()]) {
    const { answer } = ask(desk, first)
    await desk.decide(first.id, { decision: 'allow', remember: 'conversation' })
    await answer
  }
  expect(await ask(desk, of('one')).answer).toMatchObject({ behavior: 'allow' })
  for (const other of [of('two'), of()]) void ask(desk, other).answer
  expect(desk.list()).toHaveLength(2)
})

test('a random later call is covered only when it is the same one', async () => {
  const field = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.array(fc.string(), { maxLength: 2 }))
  const call = fc.record(
    {
      tool: fc.constantFrom('Bash', 'Write', 'mcp__a__run'),
      input: fc.dictionary(fc.constantFrom('command', 'path', 'mode', 'args'), field, { maxKeys: 3, noNullPrototype: true }),
      folder: fc.constantFrom('/a', '/b'),
    },
    { noNullPrototype: true },
  )
  await fc.assert(
    fc.asyncProperty(call, call, async (allowed, later) => {
      const desk = new ApprovalDesk()
      const question = { ...approval(allowed.tool, allowed.input), folder: allowed.folder }
      const answer = desk.ask(question, new AbortController().signal, async () => {})
      await desk.decide(question.id, { decision: 'allow', remember: 'conversation' })
      await answer
      void desk.ask({ ...approval(later.tool, later.input), folder: later.folder }, new AbortController().signal, async () => {})
      expect(desk.list().length === 0).toBe(isDeepStrictEqual(allowed, later))
    }),
  )
})

test('a question is answered by its text, never remembered, and an answer to another question is refused', async () => {
  const desk = new ApprovalDesk()
  const questions = [{ question: 'Which database?', header: 'DB', multiSelect: true, options: [{ label: 'Postgres', description: '' }] }]
  const asked = () => ({ ...approval('AskUserQuestion', { questions }), kind: 'question' as const, questions })
  const answered = async (decision: Decision) => {
    const question = asked()
    const { answer } = ask(desk, question)
    await desk.decide(question.id, decision)
    return answer
  }
  expect(await answered({ decision: 'allow', answers: { 'Which database?': ['Postgres', 'SQLite'] } })).toEqual({
    behavior: 'allow',
    updatedInput: { questions, answers: { 'Which database?': 'Postgres, SQLite' } },
  })
  expect(await answered({ decision: 'allow', message: 'Let us talk first.' })).toEqual({
    behavior: 'allow',
    updatedInput: { questions, answers: {}, response: 'Let us talk first.' },
  })
  // Unchanged input would be told to Claude as no answer at all.
  expect(await answered({ decision: 'allow', remember: 'conversation' })).toHaveProperty('updatedInput.response')
  const open = asked()
  void ask(desk, open).answer
  expect(desk.list()).toHaveLength(1)
  await expect(desk.decide(open.id, { decision: 'allow', answers: { DB: 'Postgres' } })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(desk.decide(open.id, { decision: 'allow', planMode: 'default' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  for (const updatedInput of [{}, { questions: [] }, { questions, answers: { DB: 'Postgres' } }, { questions, answers: 'Postgres' }])
    await expect(desk.decide(open.id, { decision: 'allow', updatedInput })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(desk.list()).toHaveLength(1)
  const whole = { questions, answers: { 'Which database?': 'Postgres' } }
  expect(await answered({ decision: 'allow', updatedInput: whole })).toMatchObject({ updatedInput: whole })
})

test('a plan is approved as the user changed it, in the mode that they chose', async () => {
  const desk = new ApprovalDesk()
  const plan = { ...approval('ExitPlanMode', { plan: '# Plan' }), kind: 'plan' as const, plan: '# Plan' }
  const { answer } = ask(desk, plan)
  await desk.decide(plan.id, { decision: 'allow', plan: '# Better', planMode: 'acceptEdits' })
  expect(await answer).toEqual({ behavior: 'allow', updatedInput: { plan: '# Better' }, mode: 'acceptEdits' })
})

test('a form is checked before it is sent', async () => {
  const desk = new ApprovalDesk()
  const requestedSchema = {
    type: 'object',
    properties: { env: { type: 'string', enum: ['staging', 'production'] }, count: { type: 'integer', minimum: 1 } },
    required: ['env'],
  }
  const form = {
    ...approval('asker', {}),
    kind: 'elicitation' as const,
    elicitation: { server: 'asker', message: 'Which?', mode: 'form' as const, requestedSchema },
  }
  const { answer } = ask(desk, form)
  for (const content of [
    {},
    { env: 'elsewhere' },
    { env: 'staging', count: 0 },
    { env: 'staging', count: 1.5 },
    { env: 'staging', other: 'x' },
  ])
    await expect(desk.decide(form.id, { decision: 'allow', content })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await desk.decide(form.id, { decision: 'allow', content: { env: 'staging', count: 2 } })
  expect(await answer).toEqual({ behavior: 'allow', updatedInput: { env: 'staging', count: 2 } })
})
