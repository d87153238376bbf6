import { expect, test } from 'vitest'
import type { ChangedFile } from '../../../shared/domain/changes.ts'
import { listRows, matches, treeRows, type FileRow } from './file-rows.ts'

function changed(path: string, more: Partial<ChangedFile> = {}): ChangedFile {
  return {
    path,
    kind: 'changed',
    content: 'text',
    added: 1,
    removed: 0,
    oldSize: 1,
    newSize: 2,
    by: 'conversation',
    version: path,
    ...more,
  }
}

const files = ['README.md', 'src/core/a.ts', 'src/core/deep/b.ts', 'tests/only/here/c.ts', '"caf\\351/x"'].map((path) => changed(path))
const words = (rows: readonly FileRow[]) => rows.map((row) => `${'  '.repeat(row.depth)}${row.name}${row.type === 'folder' ? '/' : ''}`)

test('files stand below their folders; folders with nothing else in them are one row', () => {
  expect(words(treeRows(files, new Set()))).toEqual([
    'src/core/',
    '  deep/',
    '    b.ts',
    '  a.ts',
    'tests/only/here/',
    '  c.ts',
    'README.md',
    '"caf\\351/x"',
  ])
})

test('a closed folder hides what is in it and says how many', () => {
  const rows = treeRows(files, new Set(['src/core']))
  expect(words(rows)).not.toContain('  a.ts')
  expect(rows[0]).toMatchObject({ type: 'folder', files: 2, open: false })
})

test('every word of a filter is in the path, or in the one it was renamed from', () => {
  expect(matches(changed('src/core/a.ts'), 'core A')).toBe(true)
  expect(matches(changed('src/core/a.ts'), 'core b')).toBe(false)
  expect(matches(changed('src/new.ts', { kind: 'renamed', from: 'src/old.ts' }), 'old')).toBe(true)
  expect(listRows(files)).toHaveLength(files.length)
})
