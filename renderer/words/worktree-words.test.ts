import { expect, test } from 'vitest'
import { worktreeSchema, worktreeStateSchema } from '../../shared/domain/worktree.ts'
import { sharedFolderWords, worktreeFact, worktreeFacts } from './worktree-words.ts'

const none = { items: [], total: 0 }
const clean = worktreeStateSchema.parse({
  worktree: null,
  path: '/w',
  repository: '/r',
  missing: false,
  branch: 'fix',
  head: 'abc',
  base: 'main',
  ahead: 0,
  behind: 0,
  upstream: null,
  uncommitted: none,
  unsaved: none,
  merged: true,
  conflicts: none,
  operation: null,
  ignored: none,
  others: [],
  instances: [],
  cannotMerge: null,
  cannotRemove: null,
  cannotRestore: null,
  readAt: new Date(0).toISOString(),
})

test('how a worktree is, the most pressing first', () => {
  expect(worktreeFacts(clean)).toEqual(['Same as main'])
  const upstream = { name: 'origin/fix', ahead: 1, behind: 0, gone: false }
  const busy = {
    ...clean,
    ahead: 2,
    behind: 1_200,
    merged: false,
    uncommitted: { items: [], total: 1 },
    conflicts: { items: [], total: 3 },
    upstream,
  }
  expect(worktreeFacts({ ...busy, operation: 'rebase' })).toEqual([
    'Rebase in progress',
    '1 uncommitted file',
    '2 commits ahead of main',
    '1,200 behind',
    'Conflicts in 3 files',
    '1 commit not pushed',
  ])
  expect(worktreeFacts({ ...clean, ahead: 2, unsaved: { items: [], total: 0 } })).toEqual(['Merged into main'])
  expect(worktreeFacts({ ...clean, missing: true })).toEqual(['Missing'])
})

test('a conversation says that it works in a worktree, and whether that is ready', () => {
  const setup = { command: 'x', state: 'running', exitCode: null, tail: '', startedAt: null, endedAt: null }
  const record = {
    id: 'tree_000000000000',
    path: '/w',
    repository: '/r',
    branch: 'fix',
    base: 'main',
    createdAt: new Date(0).toISOString(),
    notCopied: [],
  }
  const worktree = worktreeSchema.parse({ ...record, setup })
  expect(worktreeFact({ worktree }, null)).toBe('worktree · setup running')
  expect(worktreeFact({ worktree: { ...worktree, setup: null } }, '/w/src')).toBe('worktree')
  expect(worktreeFact({ worktree }, '/elsewhere')).toBeNull()
  expect(worktreeFact({}, null)).toBeNull()
  expect(sharedFolderWords(['a', 'b', 'c'])).toBe('a and 2 others work in this folder too. They can overwrite each other’s changes.')
})
