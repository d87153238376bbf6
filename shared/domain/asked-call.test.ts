import { expect, test } from 'vitest'
import { sampleApproval } from '../../e2e/support/samples.ts'
import { askedByCall, changedRequest, changedRequests, withoutParts, withParts } from './asked-call.ts'
import type { Approval } from './approval.ts'

const long = 'x'.repeat(10_000)
const inputs: Readonly<Record<string, Record<string, unknown>>> = {
  AskUserQuestion: { questions: [{ question: long, header: 'Name', options: [{ label: long, description: long, preview: long }] }] },
  ExitPlanMode: { plan: long },
  Bash: { command: long },
}

test.each(Object.keys(inputs))('a request of %s is sent without saying a text twice, and whole again where it arrives', (tool) => {
  const whole = asked(tool)
  const sent = withoutParts(whole)
  expect(JSON.stringify(sent).length).toBeLessThan(JSON.stringify(inputs[tool]).length + 1_000)
  expect(withParts(sent)).toEqual(whole)
  const event = { type: 'approval', seq: 1, approval: whole, outcome: 'waiting' } as const
  expect(changedRequests(changedRequests(event, withoutParts), withParts)).toEqual(event)
  expect(changedRequest(changedRequest(event, withoutParts), withParts)).toEqual(event)
})

test('a plan that is not in its call is kept', () => {
  const plan = { ...asked('ExitPlanMode'), plan: 'another' }
  expect(withoutParts(plan)).toEqual(plan)
})

function asked(tool: string): Approval {
  const call = { tool, input: inputs[tool] ?? {} }
  return { ...sampleApproval(1), ...call, ...askedByCall(call) }
}
