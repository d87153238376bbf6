import { expect, test } from 'vitest'
import { approvalBody, approvalTitle, approvalWarnings } from './approval-words.ts'

const places = { cwd: '/home/ada/api', home: '/home/ada' }

test.each([
  ['Bash', { command: 'ls' }, 'Run a command in ~/api/?'],
  ['Edit', { file_path: '/home/ada/api/a.ts', old_string: 'a', new_string: 'b' }, 'Edit a.ts?'],
  ['Write', { file_path: '/etc/x', content: '' }, 'Write /etc/x?'],
  ['WebFetch', { url: 'https://example.org' }, 'Fetch example.org?'],
  ['ExitPlanMode', { plan: '1.' }, 'Carry out this plan?'],
  ['mcp__tracker__close_issue', { id: 3 }, 'Use close issue (tracker)?'],
])('%s asks in words', (tool, input, title) => expect(approvalTitle({ tool, input }, places)).toBe(title))

test('a command is said to run where it will run, wherever the conversation has its folder', () => {
  const asked = (folder: string) => approvalTitle({ tool: 'Bash', input: { command: 'ls' }, folder }, places)
  expect(asked('/home/ada/api/old')).toBe('Run a command in ~/api/old/?')
  expect(asked('/srv/\u202elive')).not.toContain('\u202e')
})

test.each(['Write', 'Read', 'WebFetch', 'Grep', 'mcp__a\u202eb__c', 'Skill'])('no heading about %s turns its words round', (tool) => {
  const input = {
    file_path: '/tmp/\u202etxt.sh',
    url: 'https://\u202eexample.org',
    pattern: '\u202ex',
    skill: '\u202ex',
    command: '\u202ex',
  }
  expect(approvalTitle({ tool, input }, places)).not.toContain('\u202e')
})

test('a command is shown as it is, with what else matters', () => {
  const input = { command: 'sleep 9', run_in_background: true, timeout: 5000, description: 'wait' }
  expect(approvalBody({ tool: 'Bash', input })).toEqual({
    kind: 'command',
    command: 'sleep 9',
    note: 'runs in the background · times out after 5 s',
  })
  expect(approvalBody({ tool: 'Bash', input: { command: 'ls', dangerouslyDisableSandbox: true } })).toMatchObject({
    note: 'runs outside the sandbox',
  })
})

test('an edit says whether it is made everywhere', () => {
  const input = { file_path: '/a', old_string: 'a', new_string: 'b', replace_all: true }
  expect(approvalBody({ tool: 'Edit', input })).toEqual({ kind: 'diff', note: 'every occurrence' })
})

test('input with fields we do not know is shown whole', () => {
  expect(approvalBody({ tool: 'Bash', input: { command: 'ls', shell: 'fish' } })).toEqual({ kind: 'fields' })
  expect(approvalBody({ tool: 'Edit', input: { file_path: '/a', old_string: 'a', new_string: 'b', mode: 1 } })).toEqual({ kind: 'fields' })
  expect(approvalBody({ tool: 'Edit', input: { file_path: '/a', old_string: 'a', new_string: 'b' } })).toEqual({ kind: 'diff', note: null })
})

test('what cannot be seen is warned of wherever it hides', () => {
  expect(approvalWarnings({ input: { a: ['x', { b: 'y\u202e' }] } })).toHaveLength(1)
  expect(approvalWarnings({ input: { 'k\u200b': 1 } })).toHaveLength(1)
  expect(approvalWarnings({ input: { command: 'ls' } })).toEqual([])
})
