import { expect, test } from 'vitest'
import type { Approval } from './domain/approval.ts'
import { approvalWords, stepAskWords } from './notification-words.ts'

const waiting: Approval = {
  id: 'appr_000000000001',
  instanceId: 'inst_000000000001',
  conversationId: 'conv_000000000001',
  turnId: 'turn_000000000001',
  toolUseId: 'toolu_1',
  kind: 'permission',
  tool: 'Bash',
  input: { command: 'ls' },
  facts: { defaultToNo: false, suppressAlwaysAllow: false },
  createdAt: '2026-01-01T00:00:00.000Z',
}

test('each kind of request says who asks and what', () => {
  expect(approvalWords(waiting, 'ada')).toEqual({ title: 'ada needs your approval', body: 'Approve Bash?' })
  const asked = (question: string) => ({ question, header: '', multiSelect: false, options: [] })
  const questions = [asked('Which database?'), asked('Which port?')]
  expect(approvalWords({ ...waiting, kind: 'question', questions }, 'ada')).toEqual({
    title: 'ada has a question',
    body: 'Which database? (1 more)',
  })
  expect(approvalWords({ ...waiting, kind: 'plan', plan: '# Plan' }, 'ada').title).toBe('ada has a plan')
  const elicitation = { server: 'deploy', message: 'Which environment?', mode: 'form' as const }
  expect(approvalWords({ ...waiting, kind: 'elicitation', elicitation }, 'ada')).toEqual({
    title: 'deploy asks you something',
    body: 'Which environment?',
  })
  expect(approvalWords({ ...waiting, kind: 'dialog', title: 'Try another model?' }, 'ada').body).toBe('Try another model?')
})

test('a hostile question stays one short line', () => {
  const question = `\u202Eevil\n\n${'\u0301'.repeat(100_000)}${'x '.repeat(100_000)}`
  const { body } = approvalWords(
    { ...waiting, kind: 'question', questions: [{ question, header: '', multiSelect: false, options: [] }] },
    'ada',
  )
  expect(body.length).toBeLessThan(200)
  expect(body).not.toMatch(/[\n\u202E]/)
})

test('a step of a run says what is asked, or what has become of it, in one line each', () => {
  const ask = { title: 'Deploy', text: 'Ship\n it?' }
  expect(stepAskWords('Release', { ...ask, kind: 'gate' })).toEqual({ title: 'Release needs your approval', body: 'Ship it?' })
  expect(stepAskWords('Release', { ...ask, kind: 'cut-off' })).toEqual({
    title: 'Release was interrupted',
    body: 'Deploy: retry or skip it?',
  })
  expect(stepAskWords('Release', { ...ask, kind: 'event' }).body).toBe('Waiting for: Ship it?')
})
