import { matchesGlob } from 'node:path/posix'
import { expect, test } from 'vitest'
import { globFault } from './glob-check.ts'

const many = (piece: string, count: number) => piece.repeat(count)

test.each([
  ['**/*'],
  ['docs/**/*.{md,txt}'],
  ['{{a,b},{c,d}}/{1..20}.txt'],
  ['!(a|b)/@(c|d)/[a-z]?.md'],
  ['['],
  ['}{,}'],
  [many('{', 500)],
  [many('{a,b}', 7)],
  [many('*a', 4)],
  [many('**/a/', 6)],
])('“%s” is compared soon, whatever the name', (glob) => {
  expect(globFault(glob)).toBeNull()
  const began = process.cpuUsage()
  for (const name of [many('a', 80), many('a/', 30), many('ab', 40)]) matchesGlob(name, glob)
  expect(process.cpuUsage(began).user / 1_000).toBeLessThan(2_000)
})

test.each([
  [many('{a,b}', 8), 'more than 200 patterns'],
  [many('{a,b}', 40), 'more than 200 patterns'],
  ['{a..z}{a..z}', 'more than 200 patterns'],
  ['{1..100000}', 'more than 200 patterns'],
  [many('*a', 5), 'more than 4 wildcards'],
  [many('**/a/', 7), 'more than 6 times'],
  ['+(a|aa)b', 'can’t hold'],
])('“%s” is refused, with what to write instead', (glob, words) => {
  expect(globFault(glob)).toContain(words)
})
