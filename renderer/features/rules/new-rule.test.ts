import { expect, test } from 'vitest'
import { ruleSentence } from '../../../shared/domain/rule-words.ts'
import { draftOf, emptyRule, fieldOf, saidOf, type NewRule } from './new-rule.ts'

const form = (part: Partial<NewRule>): NewRule => ({ ...emptyRule, ...part })
const server = { tool: 'mcp__tracker__close', identity: 'abc' }

test.each<[Partial<NewRule>, object, string]>([
  [
    { kind: 'command', command: ' npm test\n', runsIn: '~/code' },
    { tool: 'Bash', match: 'exact', pattern: 'npm test', folder: '/home/me/code' },
    'Allows running “npm test” in “~/code”',
  ],
  [
    { kind: 'prefix', command: 'git push', decision: 'deny' },
    { tool: 'Bash', match: 'prefix', pattern: 'git push' },
    'Denies running commands that start with “git push” in any folder',
  ],
  [{ kind: 'commands', decision: 'deny' }, { tool: 'Bash', match: 'tool' }, 'Denies running any command'],
  [
    { kind: 'file', doing: 'Read', file: '~/.ssh/id' },
    { tool: 'Read', match: 'file', pattern: '/home/me/.ssh/id' },
    'Allows reading “~/.ssh/id”',
  ],
  [{ kind: 'folder', folder: '/srv' }, { tool: 'Edit', match: 'folder', folder: '/srv' }, 'Allows editing files in “/srv”'],
  [
    { kind: 'site', host: 'https://Docs.python.org/3/?a#b' },
    { tool: 'WebFetch', match: 'site', pattern: 'docs.python.org' },
    'Allows fetching pages of “docs.python.org”',
  ],
  [
    { kind: 'mcp', server, anyArguments: false, input: '{"id": 3}' },
    { tool: server.tool, match: 'exact', input: { id: 3 }, serverIdentity: 'abc' },
    'Allows using “close” of “tracker” with exactly these arguments',
  ],
  [{ kind: 'tool', tool: ' WebSearch ' }, { tool: 'WebSearch', match: 'tool' }, 'Allows using “WebSearch” with any arguments'],
  [{ kind: 'everything', decision: 'deny' }, { tool: '*', match: 'tool' }, 'Denies every call of every tool'],
])('%j', (part, draft, words) => {
  const given = form(part)
  expect(draftOf(given, '/home/me')).toEqual({ draft: { decision: given.decision, ...draft } })
  expect(ruleSentence(saidOf(given, '/home/me'), '/home/me')).toBe(words)
})

test('a server’s tool is denied whichever server answers to the name', () => {
  expect(draftOf(form({ kind: 'mcp', server, decision: 'deny' }), null)).toEqual({
    draft: { decision: 'deny', tool: server.tool, match: 'tool' },
  })
})

test('what is missing is an ellipsis in the words, and said at its field where the core would not', () => {
  expect(ruleSentence(saidOf(form({}), null), null)).toBe('Allows running “…” in any folder')
  expect(draftOf(form({ kind: 'mcp' }), null)).toMatchObject({ problem: { field: 'server' } })
  expect(draftOf(form({ kind: 'tool' }), null)).toMatchObject({ problem: { field: 'tool' } })
  for (const input of ['', '[1]', '{id: 3}', 'null'])
    expect(draftOf(form({ kind: 'tool', tool: 'X', anyArguments: false, input }), null)).toMatchObject({ problem: { field: 'input' } })
})

test('what the core refuses is shown at the field that it is about, and never at one that is not there', () => {
  expect(fieldOf('prefix', 'pattern')).toBe('command')
  expect(fieldOf('command', 'folder')).toBe('runsIn')
  expect(fieldOf('folder', 'folder')).toBe('folder')
  expect(fieldOf('mcp', 'serverIdentity')).toBe('server')
  expect(fieldOf('commands', 'folder')).toBeNull()
  expect(fieldOf('everything', 'confirm')).toBeNull()
})
