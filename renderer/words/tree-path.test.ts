import { expect, test } from 'vitest'
import { pathAndLine, treePathIn } from './tree-path.ts'

test('a path is named as the changes of its folder name it', () => {
  expect(treePathIn('/home/ada/app', '/home/ada/app/web', 'src/../a.ts')).toBe('web/a.ts')
  expect(treePathIn('/home/ada/app', '/home/ada/app', '/home/ada/app/./src/a.ts')).toBe('src/a.ts')
  expect(treePathIn('/home/ada/app', '/home/ada/app', '/home/ada/apple/a.ts')).toBeNull()
  expect(treePathIn('/home/ada/app', '/home/ada/app', '../../etc/passwd')).toBeNull()
  expect(treePathIn('/', '/', '/etc/hosts')).toBe('etc/hosts')
})

test('on Windows too, whatever its case and slashes', () => {
  expect(treePathIn('C:\\Code\\app', 'C:\\Code\\app\\web', 'src\\a.ts')).toBe('web/src/a.ts')
  expect(treePathIn('C:\\Code\\app', 'C:\\Code\\app', 'c:/code/APP/src/a.ts')).toBe('src/a.ts')
  expect(treePathIn('\\\\server\\share\\app', '\\\\server\\share\\app', '\\\\server\\share\\app\\a.ts')).toBe('a.ts')
})

test('a line behind a colon is none of the path', () => {
  expect(pathAndLine('src/a.ts:12')).toEqual({ path: 'src/a.ts', line: 12 })
  expect(pathAndLine('src/a.ts:12-20')).toEqual({ path: 'src/a.ts', line: 12 })
  expect(pathAndLine('C:\\a.ts')).toEqual({ path: 'C:\\a.ts' })
  expect(pathAndLine('src/a.ts:0')).toEqual({ path: 'src/a.ts:0' })
})
