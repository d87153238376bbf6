import { expect, test } from 'vitest'
import { FileNames, mayBeFile } from './file-names.ts'

test('a word of code may name a file when it has folders or an ending, and is nothing else', () => {
  const files = [
    'src/a.ts',
    'a.ts',
    'src/a.ts:12',
    'src/a.ts:12-20',
    './run.sh',
    '/etc/hosts',
    'Makefile.am',
    'docs/שלום.md',
    'C:\\x\\y.cs',
  ]
  const others = [
    'npm test',
    'a',
    'https://a.b/c.ts',
    '--flag=x',
    '-v',
    'f(x).then',
    'x.y()',
    'src/',
    '/',
    'a'.repeat(400) + '.ts',
    'v1.2',
    '~/x.ts',
    'a\nb.ts',
  ]
  expect(files.filter((text) => !mayBeFile(text))).toEqual([])
  expect(others.filter((text) => mayBeFile(text))).toEqual([])
})

test('files are asked for once, together, and again when more may be there', async () => {
  const asked: string[][] = []
  const there = new Set(['a.ts'])
  const names = new FileNames((paths) => {
    asked.push(paths)
    return Promise.resolve(new Set(paths.filter((path) => there.has(path))))
  })
  let told = 0
  names.subscribe(() => (told += 1))
  for (const text of ['a.ts:3', 'a.ts', 'b.ts']) names.want(text)
  await expect.poll(() => told).toBe(1)
  expect([names.has('a.ts:9'), names.has('b.ts'), asked]).toEqual([true, false, [['a.ts', 'b.ts']]])
  there.add('b.ts')
  names.renew()
  await expect.poll(() => names.has('b.ts')).toBe(true)
  expect(asked.at(-1)).toEqual(['b.ts'])
})
