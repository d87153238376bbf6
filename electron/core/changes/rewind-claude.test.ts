import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { until } from '../../../e2e/support/until.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { Turn } from '../../../shared/domain/turn.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
let run: CoreRun
let id: string
beforeEach(async () => {
  run = await openCore()
  const config = instanceConfigSchema.parse({ name: 'worker', cwd: run.folders.work, allowedTools: ['Bash'] })
  const instance = await run.core.pool.instances.create({ ...config, start: true })
  id = (await run.core.conversations.create({ instanceId: instance.id })).id
})
afterEach(() => run.close())

/** Whatever is written after the turn is no more the turn's once the folder was looked at. */
async function ask(text: string): Promise<Turn> {
  const turn = await (await run.core.pool.send(id, { text, priority: 5 })).done
  const isOver = async () => (await run.core.snapshots.of(await run.core.snapshots.folderOf(run.folders.work))).at(-1)?.working.length === 0
  await until('the snapshot after the turn', isOver)
  return turn
}
const messages = async () => (await run.core.conversations.messages(id, { limit: 100, superseded: false })).items
const said = async () => (await messages()).filter(({ role }) => role === 'user' || role === 'system').map(({ text }) => text)
const messageOf = async (text: string) => (await messages()).find((message) => message.text === text)?.id ?? ''
const place = (name: string) => join(run.folders.work, name)
const files = async () => {
  const names = (await readdir(run.folders.work)).filter((name) => name.endsWith('.txt')).toSorted()
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(place(name), 'utf8')] as const)))
}

test('a conversation and its files go back together, Claude knows nothing of what left, and all of it comes back with undo', async () => {
  const one = '[remember: apples] [bash: printf one > a.txt; printf keep > gone.txt]'
  const two = '[remember: pears] [bash: printf two > a.txt; printf new > b.txt; rm gone.txt]'
  await ask(one)
  await writeFile(place('person.txt'), 'mine')
  await ask(two)
  await writeFile(place('person.txt'), 'mine, changed')
  const before = { files: await files(), said: await said() }
  const messageId = await messageOf(two)
  const preview = await run.core.rewinds.rewind(id, { messageId, what: 'both', dryRun: true, overwrite: [] })
  expect(preview).toMatchObject({ id: null, dryRun: true, fileCount: 3, keptCount: 0, prompt: two, warnings: [] })
  expect(preview.files.map(({ path, action }) => `${action} ${path}`)).toEqual(['change a.txt', 'delete b.txt', 'create gone.txt'])
  expect({ files: await files(), said: await said() }).toEqual(before)

  const rewind = await run.core.rewinds.rewind(id, { messageId, what: 'both', dryRun: false, overwrite: [] })
  expect(await files()).toEqual({ 'a.txt': 'one', 'gone.txt': 'keep', 'person.txt': 'mine, changed' })
  expect(await said()).toEqual([one, 'Rewound to here. 3 files changed.'])
  expect(await run.core.drafts.get(id)).toMatchObject({ text: two })

  const undo = await run.core.rewinds.undo(id, rewind.id ?? '', { dryRun: false, overwrite: [] })
  expect(undo).toMatchObject({ kind: 'undo', what: 'both', fileCount: 3 })
  expect(await files()).toEqual(before.files)
  expect(await said()).toEqual([...before.said, 'Rewind undone. 3 files changed.'])
  expect(await run.core.drafts.get(id)).toMatchObject({ text: '' })
  await expect(run.core.rewinds.undo(id, rewind.id ?? '', { dryRun: false, overwrite: [] })).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
  })

  const again = await run.core.rewinds.rewind(id, { messageId, what: 'both', dryRun: false, overwrite: [] })
  const recall = '[recall]'
  expect((await ask(recall)).text).toContain('apples')
  expect((await ask(recall)).text).not.toContain('pears')
  const late = await run.core.rewinds.undo(id, again.id ?? '', { dryRun: true, overwrite: [] })
  expect(late).toMatchObject({ what: 'files', messages: 0, fileCount: 3 })
  expect(late.warnings).toHaveLength(1)
  // What is gone back from may itself stand in a session that went on from another one.
  await run.core.rewinds.rewind(id, { messageId: await messageOf(recall), what: 'conversation', dryRun: false, overwrite: [] })
  await run.reopen()
  const answer = (await ask('[recall] once more')).text
  expect(answer).toContain('apples')
  expect(answer).not.toContain('pears')
  await run.core.rewinds.rewind(id, { messageId: await messageOf(one), what: 'both', dryRun: false, overwrite: [] })
  expect(await files()).toEqual({ 'person.txt': 'mine, changed' })
  expect((await ask('[recall] of nothing')).text).not.toContain('apples')
})

test('what a person changed since stays unless it is to be overwritten, and nothing goes back while something runs', async () => {
  await ask('[bash: printf one > a.txt; printf one > b.txt]')
  await writeFile(place('a.txt'), 'by a person')
  const first = (await messages())[0]?.id ?? ''
  const ask2 = { messageId: first, what: 'files' as const, dryRun: false }
  const kept = await run.core.rewinds.rewind(id, { ...ask2, overwrite: [] })
  expect(kept.kept).toEqual([{ path: 'a.txt', reason: 'changed-since', action: 'delete' }])
  expect(await files()).toEqual({ 'a.txt': 'by a person' })
  expect(run.core.conversations.get(id).note).toContain('b.txt')
  await run.core.rewinds.rewind(id, { ...ask2, overwrite: ['a.txt'] })
  expect(await files()).toEqual({})
  const running = await run.core.pool.send(id, { text: '[bash: sleep 9; echo late]', priority: 5 })
  await until('the tool to run', () => run.core.pool.instances.list()[0]?.activity?.includes('sleep') === true)
  await expect(run.core.rewinds.rewind(id, { ...ask2, overwrite: [] })).rejects.toMatchObject({ code: 'CONVERSATION_BUSY' })
  const other = await run.core.conversations.create({ cwd: run.folders.work })
  const elsewhere = await run.core.conversations.appendMessage(other.id, { role: 'user', blocks: [], turnId: null }, { sync: false })
  await expect(
    run.core.rewinds.rewind(other.id, { messageId: elsewhere.id, what: 'files', dryRun: false, overwrite: [] }),
  ).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  await run.core.pool.instances.interrupt(run.core.pool.instances.list()[0]?.id ?? '')
  await running.done
  await rm(place('b.txt'), { force: true })
})
