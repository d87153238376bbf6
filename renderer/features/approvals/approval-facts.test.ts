import { expect, test } from 'vitest'
import { sampleApproval } from '../../../e2e/support/samples.ts'
import { approvalFacts } from './approval-facts.ts'

const facts = { defaultToNo: false, suppressAlwaysAllow: false }

test('all that Claude Code says stands there with its name, and nothing that the input says already', () => {
  const approval = sampleApproval(1, {
    input: { command: 'git push', description: 'Publish the branch' },
    description: 'Publish the branch',
    reason: 'This command requires approval',
    facts: {
      ...facts,
      reasonType: 'rule',
      matchedAskRule: 'Bash(git push *) · userSettings',
      blockedPath: '/etc/hosts',
      agentId: 'a1',
      mcpServer: { name: 'tracker', source: 'project' },
    },
  })
  expect(approvalFacts(approval)).toEqual([
    ['Purpose', 'Publish the branch'],
    ['Reason', 'This command requires approval · a rule in Claude Code’s settings'],
    ['Ask rule', 'Bash(git push *) · userSettings'],
    ['Path', '/etc/hosts'],
    ['MCP server', 'tracker · from the project’s .mcp.json'],
    ['Sub-agent', 'a1'],
  ])
  expect(approvalFacts(sampleApproval(1, { input: { url: 'https://a.example' }, description: 'https://a.example', facts }))).toEqual([])
})

test('a sub-agent is named by what it is and is to do, and by its id where nobody says', () => {
  const named = (agent: object) =>
    approvalFacts(sampleApproval(1, { input: {}, description: '', facts: { ...facts, agentId: 'a1', agent } }))
  expect(named({ type: 'Explore', description: 'Look around' })).toEqual([['Sub-agent', 'Look around · Explore']])
  expect(named({ type: 'Explore' })).toEqual([['Sub-agent', 'Explore']])
  expect(named({})).toEqual([['Sub-agent', 'a1']])
})
