import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findPaths } from './find-paths.ts'
import { PathTableBuilder, type PathTable } from './path-table.ts'

function tableOf(paths: readonly string[]): PathTable {
  const builder = new PathTableBuilder()
  for (const path of paths) builder.add(path)
  return builder.table()
}

const table = tableOf([
  'README.md',
  'src/',
  'src/app.ts',
  'src/app.test.ts',
  'src/ui/',
  'src/ui/button.tsx',
  'docs/',
  'docs/application notes.md',
  'lib/map-parser.ts',
  '.github/',
  '.github/app.yml',
])

test.each([
  ['nothing has what lies at the top, folders first, hidden ones last', '', ['docs/', 'src/', 'README.md', '.github/']],
  ['a folder has what lies in it', 'src/', ['src/ui/', 'src/app.test.ts', 'src/app.ts']],
  ['a folder is found in any case', 'SRC/', ['src/ui/', 'src/app.test.ts', 'src/app.ts']],
  ['the exact name is first', 'app.ts', ['src/app.ts']],
  ['a name of several words', 'application notes', ['docs/application notes.md']],
  ['a path', 'ui/but', ['src/ui/button.tsx']],
  ['a path from here', './src/ui/', ['src/ui/button.tsx']],
  ['letters one after the other', 'mpps', ['lib/map-parser.ts']],
  ['what nothing has', 'zzz', []],
])('%s: “%s”', (_, query, expected) => {
  expect(findPaths(table, query, 20).slice(0, Math.max(1, expected.length))).toEqual(expected)
})

const name = fc.stringMatching(/^[abAB.é /-]{1,6}$/).filter((text) => !text.startsWith('/') && !text.endsWith('/'))

test('whatever is found holds the characters in their order, is there, comes once and is bounded', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 40 }),
      fc.stringMatching(/^[abAB.é-]{1,3}$/),
      fc.integer({ min: 1, max: 9 }),
      (paths, query, most) => {
        const found = findPaths(tableOf(paths), query, most)
        expect(found.length).toBeLessThanOrEqual(most)
        expect(new Set(found).size).toBe(found.length)
        for (const path of found) {
          expect(paths).toContain(path)
          expect(fits(path, query)).toBe(true)
        }
        const all = paths.filter((path) => fits(path, query)).length
        expect(found).toHaveLength(Math.min(most, all))
      },
    ),
  )
})

test('what holds the query stands before what has its letters apart', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 40 }), fc.stringMatching(/^[ab]{2}$/), (paths, query) => {
      const holds = findPaths(tableOf(paths), query, 50).map((path) => path.toLowerCase().includes(query))
      expect(holds).toEqual(holds.toSorted((a, b) => Number(b) - Number(a)))
    }),
  )
})

function fits(path: string, query: string): boolean {
  const wanted = query.toLowerCase().split('')
  for (const char of path.toLowerCase()) if (char === wanted[0]) wanted.shift()
  return wanted.length === 0
}
