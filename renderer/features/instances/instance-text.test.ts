import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEnv, readMcpServers, writeEnv, writeMcpServers, type Read } from './instance-text.ts'

test('an environment is read as a shell writes it', () => {
  expect(readEnv('# for tests\nexport A=b=c\n\n EMPTY=\nURL=http://x#y')).toEqual({ value: { A: 'b=c', EMPTY: '', URL: 'http://x#y' } })
})

test.each([
  ['no sign', 'no ='],
  ['=x', 'no ='],
  ['1A=x', '“1A”'],
  ['A B=x', '“A B”'],
  ['A=1\nA=2', 'twice'],
])('%j is refused and named', (text, words) => {
  expect(problemOf(readEnv(text))).toContain(words)
})

test('what was written is read back', () => {
  const value = fc.string({ unit: 'grapheme-ascii' }).map((text) => text.trim())
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/), value), (env) => {
      expect(readEnv(writeEnv(env))).toEqual({ value: { ...env } })
    }),
  )
  const servers = { files: { command: 'npx', args: ['-y', 'server'] }, web: { type: 'http' as const, url: 'https://x.example/mcp' } }
  expect(readMcpServers(writeMcpServers(servers))).toEqual({ value: servers })
  expect(readMcpServers(JSON.stringify({ mcpServers: servers }))).toEqual({ value: servers })
  expect(readMcpServers(' ')).toEqual({ value: {} })
})

test.each([
  ['{', 'valid JSON'],
  ['[]', 'an object'],
  ['{"a": {}}', '“a” needs a command, or a type and a url'],
  ['{"a": 3}', '“a” needs an object'],
  ['{"ok": {"command": "x"}, "b": {"url": "https://x.example"}}', '“b” has a url, so it also needs "type"'],
  ['{"a": {"type": "http", "url": "nowhere"}}', 'an invalid url'],
  ['{"a": {"command": "x", "args": "y"}}', 'args to be a list'],
  ['{"a": {"command": "x", "env": {"N": 1}}}', 'env to map names'],
  ['{"a": {"type": "http", "command": "x"}}', '"stdio"'],
])('%s is refused with its reason', (text, words) => {
  expect(problemOf(readMcpServers(text))).toContain(words)
})

function problemOf(read: Read<unknown>): string {
  return 'problem' in read ? read.problem : ''
}
