import { expect, test } from 'vitest'
import { mcpName, summarizeTool, todosOf } from './tool-summary.ts'

const places = { cwd: '/home/ada/api', home: '/home/ada' }

test.each([
  ['Bash', { command: 'npm test' }, 'Ran', 'npm test'],
  ['Bash', { command: 'cd a\n  ls' }, 'Ran', 'cd a ⏎ ls'],
  ['Read', { file_path: '/home/ada/api/src/a.ts' }, 'Read', 'src/a.ts'],
  ['Read', { file_path: '/etc/hosts', offset: 10, limit: 5 }, 'Read', '/etc/hosts:10–14'],
  ['Edit', { file_path: '/home/ada/notes.md' }, 'Edited', '~/notes.md'],
  ['Write', { file_path: '/home/ada/api/b.ts' }, 'Wrote', 'b.ts'],
  ['Grep', { pattern: 'retry', path: '/home/ada/api/src' }, 'Searched for', 'retry in src'],
  ['Glob', { pattern: '**/*.ts' }, 'Found files', '**/*.ts'],
  ['Task', { description: 'Look at the tests' }, 'Sub-agent', 'Look at the tests'],
  ['WebFetch', { url: 'https://example.org/a' }, 'Fetched', 'example.org/a'],
  ['mcp__issue_tracker__find_issue', { query: 'upload' }, 'Used find issue (issue tracker)', 'upload'],
  ['SomethingNew', { a: 1 }, 'Used SomethingNew', null],
  ['Read', {}, 'Read', null],
])('%s reads as words', (name, input, done, object) => {
  expect(summarizeTool(name, input, places)).toMatchObject({ done, object })
})

test('a checklist is a checklist', () => {
  const input = {
    todos: [
      { content: 'Read', status: 'completed' },
      { content: 'Write', status: 'in_progress' },
      { content: 'Test', status: 'pending' },
    ],
  }
  expect(todosOf(input)?.map((todo) => todo.state)).toEqual(['done', 'doing', 'open'])
  expect(summarizeTool('TodoWrite', input).object).toBe('to-dos · 1 of 3 done')
  expect(todosOf({ todos: 'no' })).toBeNull()
})

test('names of MCP tools', () => {
  expect(mcpName('mcp__git_hub__list__all')).toEqual({ server: 'git hub', tool: 'list  all' })
  expect(mcpName('Bash')).toBeNull()
})

test('what a call is about stands on one line, whatever it holds', () => {
  expect(summarizeTool('Bash', { command: `touch a${' '.repeat(100_000)}b` }).object).toBe('touch a…')
  expect(summarizeTool('Bash', { command: 'a\n\n  b  \n' }).object).toBe('a ⏎ b')
  expect(summarizeTool('Write', { file_path: '/home/ada/\u202etxt.sh' }).object).toBe('/home/ada/⟨U+202E⟩txt.sh')
  expect(summarizeTool('mcp__a\u202eb__c', {}).ask).toBe('Use c (a⟨U+202E⟩b)')
  expect(summarizeTool('Bash', { command: 'x'.repeat(5_000_000) }).object).toHaveLength(300)
})
