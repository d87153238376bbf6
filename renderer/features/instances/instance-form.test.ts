import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyForm, folderName, freeName, patchOf, readForm } from './instance-form.ts'

const good = { ...emptyForm, name: ' docs ', cwd: '/work/docs' }

test('only a name and a folder are needed', () => {
  expect(readForm(good)).toEqual({
    config: {
      name: 'docs',
      cwd: '/work/docs',
      permissionMode: 'default',
      allowedTools: [],
      disallowedTools: [],
      addDirs: [],
      env: {},
      mcpServers: {},
      pinned: false,
    },
  })
})

test.each([
  [{ name: ' ' }, 'name'],
  [{ cwd: '' }, 'cwd'],
  [{ env: 'no sign' }, 'env'],
  [{ mcpServers: '{' }, 'mcpServers'],
  [{ mcpServers: '{"a": {}}' }, 'mcpServers'],
  [{ turnTimeoutSeconds: '5 minutes' }, 'turnTimeoutSeconds'],
])('%j is wrong at %s', (change, field) => {
  expect(readForm({ ...good, ...change })).toMatchObject({ problem: { field } })
})

test('lines become lists, and values keep their equals signs', () => {
  const read = readForm({
    ...good,
    allowedTools: 'Read\n\n Bash(ls:*) \n',
    env: 'A=b=c\nEMPTY=',
    mcpServers: '{"mcpServers":{"x":{"command":"y"}}}',
  })
  expect(read).toMatchObject({
    config: { allowedTools: ['Read', 'Bash(ls:*)'], env: { A: 'b=c', EMPTY: '' }, mcpServers: { x: { command: 'y' } } },
  })
})

test('what is emptied is cleared', () => {
  const read = readForm(good)
  if (!('config' in read)) throw new Error('The form is good.')
  expect(patchOf(read.config)).toMatchObject({ model: null, systemPrompt: null, appendSystemPrompt: null, turnTimeoutSeconds: null })
})

test('a suggested name is always free', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.constantFrom('docs', 'Docs', 'docs 2', 'claude')), (wanted, taken) => {
      const name = freeName(wanted, taken)
      expect(taken.map((one) => one.toLowerCase())).not.toContain(name.toLowerCase())
    }),
  )
  expect([folderName('/a/b/'), folderName('C:\\x\\y'), folderName('/')]).toEqual(['b', 'y', ''])
})
