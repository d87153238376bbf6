import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { branchFor, clashOf, folderFor, freeName } from './branch-names.ts'

test('a branch is made from the name of an instance', () => {
  const named = ['Fix the login!', 'feature/Über uns', '..', 'a..b', '-x', 'x.lock', 'HEAD~1 ^{}', '工作 1', 'a/.b/c.'].map(branchFor)
  expect(named).toEqual(['fix-the-login', 'feature/über-uns', 'claude', 'a.b', 'x', 'x', 'head-1', '工作-1', 'a/b/c'])
})

test('whatever the name is, git takes the branch, and every system takes the folder', () => {
  const odd = fc.string({
    unit: fc.oneof(fc.constantFrom('/', '.', '-', ' ', '~', '^', ':', '\\', '.lock', '@{', '*', '\n', '"'), fc.string()),
    maxLength: 30,
  })
  const names = fc.sample(odd, 150)
  const branches = [...new Set(names.map(branchFor))]
  for (const branch of branches.slice(0, 40)) execFileSync('git', ['check-ref-format', '--branch', branch], { stdio: 'pipe' })
  for (const branch of branches) expect(folderFor(branch)).toMatch(/^[^/\\:*?"<>|\p{Cc} .-][^/\\:*?"<>|\p{Cc}]*$/u)
  expect(folderFor('con')).toBe('w-con')
})

test('a name that is taken gets a number; one that would be a folder and a file at once is taken', () => {
  const branches = ['Feature', 'fix/login']
  expect(clashOf('feature', branches)).toBe('Feature')
  expect(clashOf('feature/new', branches)).toBe('Feature')
  expect(clashOf('fix', branches)).toBe('fix/login')
  expect(clashOf('fixes', branches)).toBeNull()
  expect(freeName('fix', (name) => clashOf(name, branches) !== null)).toBe('fix-2')
})
