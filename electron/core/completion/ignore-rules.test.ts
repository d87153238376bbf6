import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IgnoreRules } from './ignore-rules.ts'

const names = ['a', 'b', 'ab', 'a.ts', 'b.log', 'a b', 'x-1', '[a]', 'a*']
const paths = names.flatMap((one) => [one, `d/${one}`, `d/e/${one}`])

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'bullpen-ignore-'))
  execFileSync('git', ['init', '-q'], { cwd: root })
  mkdirSync(join(root, 'd', 'e'), { recursive: true })
  for (const path of paths) writeFileSync(join(root, path), '')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** What git itself says, of files whose folders are not left out. */
function gitSays(text: string): Map<string, boolean> {
  writeFileSync(join(root, '.gitignore'), text)
  const out = execFileSync('git', ['ls-files', '-z', '--others', '--exclude-standard'], { cwd: root }).toString('utf8')
  const kept = new Set(out.split('\0'))
  return new Map(paths.map((path) => [path, !kept.has(path)]))
}

function weSay(text: string): Map<string, boolean> {
  const rules = new IgnoreRules(text)
  const ignored = (path: string): boolean => {
    const parts = path.split('/')
    return parts.some((_, at) => rules.says(parts.slice(0, at + 1).join('/'), at < parts.length - 1) === true)
  }
  return new Map(paths.map((path) => [path, ignored(path)]))
}

test.each([
  '*.log',
  '/a',
  'd/',
  '!a.ts\n*.ts',
  '*.ts\n!a.ts',
  '**/e',
  'd/**',
  'd/**/a',
  '# a\n\\#b',
  'a\\ b',
  'a b  ',
  '[ab]',
  '[!a]',
  'a*',
  'a\\*',
  '\\[a\\]',
  '?',
  'd/*',
  'e/a',
  '/d/e/',
  '[',
  '',
  '*\n!d/\n!d/e/\n!d/e/a',
  'a**b',
  '**',
])('%j is read as git reads it', (text) => {
  expect(Object.fromEntries(weSay(text))).toEqual(Object.fromEntries(gitSays(text)))
})

test('lines at random are read as git reads them', () => {
  const piece = fc.constantFrom('a', 'b', 'd', 'e', '*', '?', '.ts', '-', '[ab]', '\\*')
  // Two stars that are no whole part of a path have no meaning that git would describe.
  const part = fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('').replace(/\*+/g, '*')),
    fc.constant('**'),
  )
  const line = fc
    .tuple(fc.constantFrom('', '!', '/'), fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '/'))
    .map(([before, parts, behind]) => before + parts.join('/') + behind)
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      const text = lines.join('\n')
      expect(Object.fromEntries(weSay(text))).toEqual(Object.fromEntries(gitSays(text)))
    }),
    { numRuns: 150 },
  )
})
