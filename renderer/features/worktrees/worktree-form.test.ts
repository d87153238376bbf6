import { expect, test } from 'vitest'
import { emptyWorktree, requestOf, usualFor, worktreeProblemAt } from './worktree-form.ts'

test('what is asked for is what was written; what is empty is left to the core', () => {
  expect(requestOf(emptyWorktree)).toBeNull()
  expect(requestOf({ on: true, branch: ' fix ', base: '', setup: 'npm ci', copy: '.env\n\n config/local.json ' })).toEqual({
    branch: 'fix',
    setup: 'npm ci',
    copy: ['.env', 'config/local.json'],
  })
})

test('what the core refuses stands at its field', () => {
  expect(worktreeProblemAt('worktree.branch', 'Taken.')).toEqual({ field: 'branch', message: 'Taken.' })
  expect(worktreeProblemAt('worktree.copy.0', 'worktree.copy.0: Not inside.')).toEqual({ field: 'copy', message: 'Not inside.' })
  expect(worktreeProblemAt('cwd', 'Gone.')).toBeNull()
})

test('it begins with the environment files, and with what submodules need', () => {
  const facts = {
    repository: '/r',
    branch: 'main',
    branches: [],
    suggested: null,
    ignoredFiles: ['.env', 'notes'],
    submodules: true,
    problem: null,
    instances: [],
  }
  expect(usualFor(facts, [])).toEqual({ setup: 'git submodule update --init --recursive', copy: '.env' })
})
