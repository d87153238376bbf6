import { expect, test } from 'vitest'
import { linkTarget } from './safe-address.ts'

test.each([
  ['https://example.org/a?b', 'https://example.org/a?b'],
  ['mailto:ada@example.org', 'mailto:ada@example.org'],
  ['http://localhost:3000', 'http://localhost:3000/'],
  ['http://127.0.0.1:8080/docs', 'http://127.0.0.1:8080/docs'],
  ['http://[::1]:5173/', 'http://[::1]:5173/'],
  ['http://0.0.0.0:5173/', 'http://0.0.0.0:5173/'],
  ['http://app.localhost:3000/', 'http://app.localhost:3000/'],
])('%s can be opened', (address, href) => expect(linkTarget(address)).toEqual({ kind: 'address', href }))

test.each([
  ['src/foo.ts#L12', 'src/foo.ts:12'],
  ['src/foo.ts#L12-L20', 'src/foo.ts:12-20'],
  ['/home/me/x/foo.ts', '/home/me/x/foo.ts'],
  ['./a%20b.md', './a b.md'],
  ['../README.md#usage', '../README.md'],
  ['file:///home/me/a.ts', '/home/me/a.ts'],
  ['C:\\Users\\me\\a.ts', 'C:\\Users\\me\\a.ts'],
  ['src/foo.ts:12', 'src/foo.ts:12'],
  ['README', 'README'],
])('%s is a file', (address, path) => expect(linkTarget(address)).toEqual({ kind: 'file', path }))

test.each([
  'http://example.org',
  'http://127.0.0.1.example.org',
  'http://localhost.example.org',
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'blob:http://x/y',
  'ssh://-oProxyCommand=calc',
  '//evil.example/x',
  '\\\\evil\\share',
  'file://evil/share',
  'src/\u202egnp.exe',
  '#usage',
  '',
])('%s is nothing that can be clicked', (address) => expect(linkTarget(address)).toEqual({ kind: 'nothing' }))
