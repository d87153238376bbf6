import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import {
  changedFields,
  effectWords,
  emptyForm,
  folderName,
  formOf,
  freeName,
  patchOf,
  problemAt,
  readForm,
  type FormConfig,
  type InstanceForm,
} from './instance-form.ts'

const good = { ...emptyForm, name: ' docs ', cwd: '/srv/docs' }

test('only a name and a folder are needed', () => {
  expect(readForm(good)).toEqual({
    config: {
      name: 'docs',
      cwd: '/srv/docs',
      allowedTools: [],
      disallowedTools: [],
      addDirs: [],
      env: {},
      mcpServers: {},
      savedServers: [],
      tags: [],
      pinned: false,
    },
  })
})

test.each([
  [{ name: ' ' }, 'name'],
  [{ name: 'x'.repeat(61) }, 'name'],
  [{ cwd: '' }, 'cwd'],
  [{ model: 'm'.repeat(201) }, 'model'],
  [{ env: 'no sign' }, 'env'],
  [{ mcpServers: '{' }, 'mcpServers'],
  [{ turnTimeoutSeconds: '5 minutes' }, 'turnTimeoutSeconds'],
  [{ turnTimeoutSeconds: '3' }, 'turnTimeoutSeconds'],
  [{ allowedTools: 'T\n'.repeat(201) }, 'allowedTools'],
])('%j is wrong at %s', (change, field) => {
  expect(readForm({ ...good, ...change })).toMatchObject({ problem: { field } })
})

test('a permission mode that is taken away is cleared', () => {
  const plan = formOf({ ...config({ ...good, permissionMode: 'plan' }), tags: [] })
  expect(patchOf(config({ ...plan, permissionMode: '' }), ['permissionMode'])).toEqual({ permissionMode: null })
})

test('lines become lists', () => {
  expect(config({ ...good, allowedTools: 'Read\n\n Bash(ls:*) \n', addDirs: '/a' })).toMatchObject({
    allowedTools: ['Read', 'Bash(ls:*)'],
    addDirs: ['/a'],
  })
})

test('an instance that is shown and saved is what it was', () => {
  const full = instanceConfigSchema.parse({
    name: 'a',
    cwd: '/a',
    model: 'opus',
    systemPrompt: 'Be brief.',
    appendSystemPrompt: 'In verse.',
    permissionMode: 'plan',
    allowedTools: ['Read'],
    disallowedTools: ['Bash(rm:*)'],
    mcpServers: { x: { command: 'y' } },
    addDirs: ['/b'],
    env: { A: '1' },
    turnTimeoutSeconds: 60,
    tags: ['docs', 'fast'],
    pinned: true,
  })
  expect(config(formOf(full))).toEqual(full)
})

test('only what was changed is sent, and what was emptied is cleared', () => {
  const before = formOf({ ...config(good), tags: [], model: 'opus', env: { PEM: 'two\nlines' } })
  const after = { ...before, model: '', name: 'other' }
  const fields = changedFields(before, after)
  expect(fields).toEqual(['name', 'model'])
  expect(patchOf(config({ ...after, env: '' }), fields)).toEqual({ name: 'other', model: null })
})

test('a failure of the core is shown at its field, in its own words', () => {
  expect(problemAt('env.A-B', 'env.A-B: No such name.')).toEqual({ field: 'env', message: 'No such name.' })
  expect(problemAt('cwd', 'There is no folder /x.')).toEqual({ field: 'cwd', message: 'There is no folder /x.' })
  expect(problemAt('tags.0', 'tags.0: Too long.')).toEqual({ field: 'tags', message: 'Too long.' })
  expect(problemAt('fromProfile', 'fromProfile: no')).toBeNull()
  expect(problemAt('toString', 'x')).toBeNull()
})

test('the form says when a change takes effect', () => {
  const process = { pid: 1, origin: 'cold' as const, memoryMb: null, cpuPercent: null, startedAt: '' }
  expect(effectWords([], { process, state: 'idle' })).toBeNull()
  expect(effectWords(['name', 'pinned'], { process, state: 'busy' })).toBe('Takes effect immediately.')
  expect(effectWords(['model', 'permissionMode'], { process, state: 'busy' }, 'plan')).toBe('Takes effect immediately.')
  expect(effectWords(['env'], { process: null, state: 'stopped' })).toBe('Environment needs a new process: it applies at the next start.')
  expect(effectWords(['name', 'model', 'permissionMode', 'env'], { process, state: 'busy' }, 'bypassPermissions')).toContain(
    'Permissions and Environment need a new process: it applies',
  )
  expect(effectWords(['cwd'], { process, state: 'idle' })).toContain('stay in their old folder')
})

test('a suggested name is always free and short enough', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.constantFrom('docs', 'Docs', 'docs 2', 'claude')), (wanted, taken) => {
      const name = freeName(wanted, taken)
      expect(taken.map((one) => one.toLowerCase())).not.toContain(name.toLowerCase())
    }),
  )
  expect(freeName('x'.repeat(80), []).length).toBeLessThanOrEqual(60)
  expect([folderName('/a/b/'), folderName('C:\\x\\y'), folderName('/')]).toEqual(['b', 'y', ''])
})

function config(form: InstanceForm): FormConfig {
  const read = readForm(form)
  if ('problem' in read) throw new Error(read.problem.message)
  return read.config
}
