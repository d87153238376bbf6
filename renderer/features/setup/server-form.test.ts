import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { McpServer } from '../../../shared/domain/instance.ts'
import { formOfServer, readServerForm } from './server-form.ts'

const again = (config: McpServer) => readServerForm(formOfServer('a', config))

test.each<McpServer>([
  { command: 'sh', args: ['-c', 'echo one\necho two', '', ' spaced ', '"quoted"', 'a\\b'] },
  { command: 'x', env: { KEY: 'line one\nline two', EMPTY: '', QUOTED: '"a"', SPACED: ' a ' } },
  { type: 'http', url: 'https://x.test/mcp', headers: { 'X-A': 'one: two', 'X-B': '"b"' } },
])('a server that is opened and saved is the same: %j', (config) => {
  expect(again(config)).toEqual({ name: 'a', config })
})

test('whatever a program is given comes back', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 })
  const env = fc.dictionary(fc.stringMatching(/^[A-Z_]{1,5}$/), text, { minKeys: 1 })
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), env, (args, variables) => {
      const config = { command: 'x', args, env: variables }
      expect(again(config)).toEqual({ name: 'a', config })
    }),
  )
})

test('what a person types is taken as it stands', () => {
  const form = { ...formOfServer('a', { command: 'x' }), args: '-y\n\nserver "one"\nC:\\new\n"open', env: 'A=b "c"\n\nB="d' }
  expect(readServerForm(form)).toEqual({
    name: 'a',
    config: { command: 'x', args: ['-y', 'server "one"', 'C:\\new', '"open'], env: { A: 'b "c"', B: '"d' } },
  })
})
