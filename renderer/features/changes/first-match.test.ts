import { expect, test } from 'vitest'
import type { ChangedFile } from '../../../shared/domain/changes.ts'
import { firstMatch } from './first-match.ts'

const files = ['a.ts', 'b.ts', 'c.ts'].map((path): ChangedFile => {
  return { path, kind: 'changed', content: 'text', added: 1, removed: 0, oldSize: 1, newSize: 2, by: 'conversation', version: path }
})
const found = (paths: readonly string[], done = 3) => ({ counts: new Map(paths.map((path) => [path, 1])), done, of: 3 })

test('a search that is over leads to its first match, unless the open file has one', () => {
  expect(firstMatch(found(['c.ts', 'b.ts']), files, 'a.ts')).toBe('b.ts')
  expect(firstMatch(found(['c.ts', 'b.ts']), files, undefined)).toBe('b.ts')
  expect(firstMatch(found(['b.ts', 'c.ts']), files, 'c.ts')).toBeNull()
})

test('nothing moves while it searches, where nothing matches, and without a search', () => {
  expect(firstMatch(found(['b.ts'], 2), files, 'a.ts')).toBeNull()
  expect(firstMatch(found([]), files, 'a.ts')).toBeNull()
  expect(firstMatch({ counts: null, done: 0, of: 0 }, files, 'a.ts')).toBeNull()
})
