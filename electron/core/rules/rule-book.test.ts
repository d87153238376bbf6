import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import type { ShownRule } from '../../../shared/domain/rule.ts'
import { mostRules, RuleBook } from './rule-book.ts'

let home: string
let told: ShownRule[]
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'book-'))
  told = []
})
afterEach(() => rm(home, { recursive: true, force: true }))

const open = () => RuleBook.open({ home, watch: storeWatch(home), onRule: (rule) => told.push(rule), onRemoved: () => {} })
const facts = { defaultToNo: false, suppressAlwaysAllow: false }
const call = (command: string) => ({ tool: 'Bash', input: { command }, folder: '/srv', instanceId: 'inst_000000000001', facts })

test('what denies goes before what allows, and of those that allow the narrowest is named', async () => {
  const book = await open()
  await book.create({ tool: '*', decision: 'allow' }, true)
  const prefix = await book.create({ tool: 'Bash', match: 'prefix', pattern: 'git push', decision: 'allow' })
  expect(await book.find(call('git push origin'))).toMatchObject({ id: prefix.id })
  const exact = await book.create({ tool: 'Bash', pattern: 'git push origin', decision: 'allow' })
  expect(await book.find(call('git push origin'))).toMatchObject({ id: exact.id })
  await book.create({ tool: 'Bash', pattern: 'git push origin', decision: 'deny' })
  expect(await book.find(call('git push origin'))).toMatchObject({ decision: 'deny' })
})

test('a rule for everything says so and is made only when that was confirmed', async () => {
  const book = await open()
  for (const draft of [
    { tool: '*', decision: 'allow' as const },
    { tool: 'Bash', decision: 'allow' as const },
  ])
    await expect(book.create(draft)).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'confirm' } })
  expect(await book.create({ tool: '*', decision: 'allow' }, true)).toMatchObject({ words: 'Allows every call of every tool', broad: true })
  expect(await book.create({ tool: '*', decision: 'deny' })).toMatchObject({ words: 'Denies every call of every tool' })
  const narrow = await book.create({ tool: 'WebSearch', input: { query: 'x' }, decision: 'allow' })
  await expect(book.update(narrow.id, { tool: '*', match: 'tool', input: null })).rejects.toMatchObject({ data: { field: 'confirm' } })
})

test.each(['bash', 'sudo', 'env -i', '/bin/sh -c', 'python3 -c', 'nice "bash"'])(
  'commands that start with %s can be any, so that is said and confirmed',
  async (pattern) => {
    const book = await open()
    const draft = { tool: 'Bash', match: 'prefix' as const, pattern }
    await expect(book.create({ ...draft, decision: 'allow' })).rejects.toMatchObject({ data: { field: 'confirm' } })
    expect(await book.create({ ...draft, decision: 'allow' }, true)).toMatchObject({ broad: true })
    expect(await book.create({ ...draft, decision: 'deny' })).toMatchObject({ decision: 'deny' })
  },
)

test('commands that say what such a program runs are a narrow rule, and every file of the disk is a broad one', async () => {
  const book = await open()
  for (const pattern of ['python3 manage.py migrate', 'npm test', 'git'])
    expect(await book.create({ tool: 'Bash', match: 'prefix', pattern, decision: 'allow' })).toMatchObject({ broad: false })
  expect(await book.create({ tool: 'Edit', match: 'folder', folder: '/', decision: 'allow' })).toMatchObject({ folder: '/', broad: true })
})

test('a slash at the end of a folder, or one too many, is no other folder', async () => {
  const book = await open()
  const rule = await book.create({ tool: 'Bash', match: 'prefix', pattern: 'git push', folder: '//srv/', decision: 'deny' })
  expect(rule).toMatchObject({ folder: '/srv' })
  expect(await book.find(call('git push origin'))).toMatchObject({ id: rule.id })
  expect(await book.create({ tool: 'Edit', match: 'file', pattern: '/srv/a.ts/', decision: 'deny' })).toMatchObject({
    pattern: '/srv/a.ts',
  })
})

test.each([
  [{ tool: 'AskUserQuestion' }, 'tool'],
  [{ tool: 'mcp__tracker__close' }, 'serverIdentity'],
  [{ tool: 'Bash', match: 'prefix', pattern: 'npm test; rm' }, 'pattern'],
  [{ tool: 'Bash', match: 'exact' }, 'pattern'],
  [{ tool: 'Bash', pattern: 'npm test:*' }, 'pattern'],
  [{ tool: 'Bash', match: 'file', pattern: '/a' }, 'match'],
  [{ tool: 'Edit', pattern: 'a.ts' }, 'pattern'],
  [{ tool: 'Edit', folder: '/srv/../etc' }, 'folder'],
  [{ tool: 'WebFetch', pattern: 'https://example.org/x' }, 'pattern'],
  [{ tool: 'WebSearch', folder: '/srv' }, 'folder'],
  [{ tool: 'Read', match: 'folder', folder: '/srv', input: {} }, 'input'],
] as const)('%j is refused for its %s', async (draft, field) => {
  const book = await open()
  await expect(book.create({ ...draft, decision: 'allow' })).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field } })
})

test('uses are counted and written, a change keeps them, and what was revoked can be restored', async () => {
  const book = await open()
  const { id } = await book.create({ tool: 'Bash', pattern: 'ls', decision: 'allow', note: 'harmless' })
  for (let count = 0; count < 3; count += 1) book.used(id)
  await book.update(id, { pattern: 'ls -la', note: null })
  expect(told.at(-1)).toMatchObject({ id, pattern: 'ls -la', uses: 3 })
  expect(told.at(-1)).not.toHaveProperty('note')
  await book.close()
  const [kept] = (await open()).list()
  expect(kept).toMatchObject({ id, uses: 3 })
  expect(kept?.lastMatchedAt).toBeTypeOf('string')
  await book.remove(id)
  expect(await book.find(call('ls -la'))).toBeNull()
  await expect(book.remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await book.restore(id)).toMatchObject({ id, uses: 3 })
  expect(JSON.parse(await readFile(join(home, 'rules.json'), 'utf8'))).toMatchObject({ rules: [{ id }] })
})

test('the same rule is made once, and there is an end to how many there may be, which is told', async () => {
  const book = await open()
  const first = await book.create({ tool: 'Bash', pattern: 'ls', decision: 'allow' })
  expect(await book.create({ tool: 'Bash', match: 'exact', pattern: 'ls', decision: 'allow' })).toMatchObject({ id: first.id })
  for (let at = 1; at < mostRules; at += 1) await book.create({ tool: 'Bash', pattern: `ls ${at}`, decision: 'allow' })
  await expect(book.create({ tool: 'Bash', pattern: 'one more', decision: 'allow' })).rejects.toMatchObject({ code: 'LIMIT_REACHED' })
  expect(book.list()).toHaveLength(mostRules)
})
