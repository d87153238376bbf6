import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoolRun, until } from '../../../e2e/support/pool-run.ts'
import { AppError } from '../../../shared/app-error.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { TaskInput } from '../queue/queue-task.ts'

let run: PoolRun
beforeEach(async () => {
  run = await PoolRun.begin()
})
afterEach(() => run.end())

const names = () => run.pool.instances.list().map(({ name }) => name)
const submit = (text: string, more: Partial<TaskInput> = {}) =>
  run.pool.tasks.submit({ text, priority: 5, retries: 0, retryDelaySeconds: 1, ...more })
const waitingFor = (text: string) => run.waiting().find((one) => one.text === text)?.waitingFor
const labelled = (name: string, tags: string[]) =>
  run.pool.instances.create({ ...instanceConfigSchema.parse({ name, cwd: run.root, tags }), start: false })
const ask = async (text: string, more: Partial<TaskInput>) => {
  const answer = run.pool.tasks.ask({ text, priority: 5, ...more })
  const turn = await run.runs(text)
  turn.process.end()
  return answer
}

test('work with labels goes to an instance that has all of them, and says which it waits for', async () => {
  await run.pool.policies.update({ max: 1 })
  const both = await labelled('both', ['docs', 'fast'])
  await labelled('one', ['docs'])
  await submit('labelled', { labels: ['docs', 'fast'] })
  await run.runs('labelled')
  expect(run.pool.tasks.list({}).find(({ text }) => text === 'labelled')).toMatchObject({ instanceId: both.id, labels: ['docs', 'fast'] })
  await submit('nowhere', { labels: ['tests'] })
  await submit('behind', { labels: ['fast'] })
  await submit('anywhere')
  await run.runs('anywhere')
  expect(waitingFor('nowhere')).toBe('No instance has the label “tests”')
  expect(waitingFor('behind')).toBe('A free instance with the label “fast”')
  await labelled('late', ['tests'])
  await run.runs('nowhere')
})

test('the last instance with a label goes: work that waits says so, and runs once there is another', async () => {
  await labelled('other', [])
  const { id } = await labelled('only', ['docs'])
  await run.pool.instances.pause(id, 'hold')
  await submit('task', { labels: ['docs'] })
  await until('the reason', () => waitingFor('task')?.startsWith('All instances with the label “docs” have failed'))
  await run.pool.instances.remove(id)
  expect(waitingFor('task')).toBe('No instance has the label “docs”')
  await labelled('next', ['docs'])
  await run.runs('task')
})

test('work that brings a configuration gets an instance like that, the same one again, whatever the maximum is', async () => {
  await run.make('mine')
  const launch = { cwd: run.root, model: 'haiku' }
  const first = await ask('first', { launch })
  expect(run.pool.instances.get(first.instanceId)).toMatchObject({ name: 'pool 1', model: 'haiku', madeBy: 'pool' })
  const second = await ask('second', { launch: { model: 'haiku', cwd: run.root } })
  expect(second.instanceId).toBe(first.instanceId)
  const other = await ask('other', { launch: { ...launch, model: 'opus' } })
  expect(names()).toEqual(['mine', 'pool 1', 'pool 2'])
  expect(other.instanceId).not.toBe(first.instanceId)
  // What everybody asks goes to none of them.
  await submit('usual')
  await run.runs('usual')
  await submit('behind')
  expect(waitingFor('behind')).toBe('A free instance')
})

test('several that bring the same at once make one instance below the maximum, and none twice', async () => {
  const launch = { cwd: run.root }
  for (const text of ['a', 'b', 'c']) await submit(text, { launch })
  for (const text of ['a', 'b', 'c']) (await run.runs(text)).process.end()
  await until('all to be done', () => run.pool.tasks.ended({}).length === 3)
  expect(names()).toEqual(['pool 1'])
})

test('a folder that is not there is refused at once; one that vanishes ends the work with its reason', async () => {
  const gone = join(run.root, 'gone')
  await expect(submit('refused', { launch: { cwd: gone } })).rejects.toThrow('There is no folder')
  await mkdir(gone)
  await run.pool.policies.update({ paused: true })
  await submit('task', { launch: { cwd: gone } })
  await rm(gone, { recursive: true })
  await run.pool.policies.update({ paused: false })
  await until('it to end', () => run.pool.tasks.ended({})[0])
  expect(run.pool.tasks.ended({})[0]).toMatchObject({ state: 'failed', error: { code: 'FOLDER_MISSING' } })
})

test('what is made and cannot be started is not made again and again: its work fails, the next says why it waits', async () => {
  const launch = { cwd: run.root }
  run.world.startFault = new AppError('CLAUDE_NOT_EXECUTABLE', 'It cannot be run.')
  await submit('first', { launch })
  await until('it to end', () => run.pool.tasks.ended({})[0])
  await submit('second', { launch })
  await until('the reason', () => waitingFor('second')?.includes('has failed: restart or remove it'))
  expect(names()).toEqual(['pool 1'])
  await run.pool.instances.restart(run.pool.instances.list()[0]?.id ?? '')
  await run.runs('second')
})

test('a template makes the first instance, keeps the minimum from nothing, at a start too, and its labels are found', async () => {
  await submit('early')
  expect(waitingFor('early')).toBe('No instances yet: create one')
  await run.pool.policies.update({ template: { cwd: run.root, tags: ['docs'] } })
  ;(await run.runs('early')).process.end()
  expect(names()).toEqual(['pool 1'])
  await submit('labelled', { labels: ['docs'] })
  ;(await run.runs('labelled')).process.end()
  await run.pool.policies.update({ max: 3, min: 2 })
  await until('two to run', () => run.pool.instances.list().filter(({ process }) => process !== null).length === 2)
  await run.quit()
  await until('two to run', () => run.pool.instances.list().filter(({ process }) => process !== null).length === 2)
  expect(names()).toEqual(['pool 1', 'pool 2'])
})

test('a template whose folder is not there is refused; one whose folder vanishes is said once', async () => {
  await expect(run.pool.policies.update({ template: { cwd: join(run.root, 'no') } })).rejects.toThrow('There is no folder')
  const folder = join(run.root, 'later')
  await mkdir(folder)
  await run.pool.policies.update({ template: { cwd: folder } })
  await rm(folder, { recursive: true })
  await run.pool.policies.update({ min: 1 })
  await run.pool.policies.tidy()
  await run.pool.policies.tidy()
  expect(run.pool.policies.status().log.filter(({ act }) => act === 'not-made')).toHaveLength(1)
})

test('what the pool made and nobody used is removed, its conversations stay; what a person used is theirs', async () => {
  const launch = { cwd: run.root }
  const one = await ask('one', { launch })
  const two = await ask('two', { launch: { ...launch, model: 'opus' } })
  const three = await ask('three', { launch: { ...launch, model: 'haiku' } })
  await run.pool.instances.update(two.instanceId, { name: 'kept' })
  await run.pool.send(three.conversationId, { text: 'a word', priority: 5 })
  const word = await run.runs('a word')
  word.process.end()
  await run.quit()
  const ids = () => run.pool.instances.list().map(({ id }) => id)
  await run.pool.policies.tidy()
  expect(ids()).toHaveLength(3)
  await run.pool.policies.update({ removeUnusedSeconds: 1 })
  await until('it to be removed', () => {
    void run.pool.policies.tidy()
    return run.conversations.get(one.conversationId).instanceId === null
  })
  expect(ids()).toHaveLength(2)
  expect(ids()).toEqual(expect.arrayContaining([two.instanceId, three.instanceId]))
  expect(run.pool.instances.get(two.instanceId).madeBy).toBeUndefined()
  expect(run.conversations.get(one.conversationId).state).toBe('active')
})

test('an ask by name goes on in its conversation, also after a restart, unless it is to begin one', async () => {
  const { id: instanceId, conversationId } = await run.make('docs')
  const first = await ask('first', { instanceId })
  const second = await ask('second', { instanceId })
  expect(second.conversationId).toBe(first.conversationId)
  expect(first.conversationId).not.toBe(conversationId)
  await run.quit()
  const third = await ask('third', { instanceId })
  const fresh = await ask('fresh', { instanceId, context: 'fresh' })
  const last = await ask('last', { instanceId })
  expect([third, last].map((answer) => answer.conversationId)).toEqual([first.conversationId, first.conversationId])
  expect(fresh.conversationId).not.toBe(first.conversationId)
  // Tasks of a batch are no talk.
  await submit('task', { instanceId })
  await run.runs('task')
  expect(run.pool.tasks.list({ conversationId: first.conversationId })).toEqual([])
})

test('a pair begins anew where that is asked for, and the fork of a conversation knows what was said there', async () => {
  await run.make('docs')
  const pair = { source: 'ci', target: 'docs' }
  const first = await ask('first', pair)
  const fresh = await ask('fresh', { ...pair, context: 'fresh' })
  const again = await ask('again', pair)
  expect([fresh.conversationId === first.conversationId, again.conversationId === first.conversationId]).toEqual([false, true])
  const origin = { runId: 'run_000000000001', stepId: 'find' }
  const fork = await ask('fork', { forkOf: first.conversationId, origin })
  expect(run.conversations.get(fork.conversationId)).toMatchObject({ forkedFrom: { conversationId: first.conversationId }, origin })
  expect(run.pool.tasks.ended({})[0]).toMatchObject({ text: 'fork', origin })
})

test('who is to do it is said in one way', async () => {
  const { id: instanceId, conversationId } = await run.make('docs')
  await expect(submit('x', { instanceId, labels: ['docs'] })).rejects.toThrow('Send only one of them')
  await expect(submit('x', { conversationId, context: 'fresh' })).rejects.toThrow('cannot continue a conversation and begin one')
})
