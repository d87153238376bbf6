import { afterEach, beforeEach, expect, test } from 'vitest'
import { PoolRun, until } from '../../../e2e/support/pool-run.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import type { TaskInput } from '../queue/queue-task.ts'

let run: PoolRun
beforeEach(async () => {
  run = await PoolRun.begin()
})
afterEach(() => run.end())

const submit = (text: string, more: Partial<TaskInput> = {}) =>
  run.pool.tasks.submit({ text, priority: 5, retries: 0, retryDelaySeconds: 1, ...more })
const waitingFor = (text: string) => run.waiting().find((one) => one.text === text)?.waitingFor
const labelled = (name: string, tags: string[]) =>
  run.pool.instances.create({ ...instanceConfigSchema.parse({ name, cwd: run.root, tags }), start: false })
const lease = (more: object = {}) => run.pool.leases.lease({ seconds: 60, ...more })
const doneBy = async (text: string) => {
  ;(await run.runs(text)).process.end()
  return until(`${text} to end`, () => run.pool.tasks.ended({}).find((one) => one.text === text))
}

test('a leased instance takes work of its lease alone, says who has it, and everybody’s again when it is given back', async () => {
  await run.pool.policies.update({ max: 1 })
  const docs = await labelled('docs', ['docs'])
  const leased = await lease({ labels: ['docs'], by: 'ci' })
  expect(leased).toMatchObject({ instanceId: docs.id, by: 'ci' })
  expect(run.pool.instances.get(docs.id).lease).toEqual({ id: leased.leaseId, by: 'ci', until: leased.until })
  await submit('anybody')
  await submit('labelled', { labels: ['docs'] })
  await submit('named', { instanceId: docs.id })
  const clock = leased.until.slice(11, 16)
  expect(waitingFor('named')).toBe(`docs, leased to ci until ${clock} UTC`)
  expect(waitingFor('labelled')).toBe(`No instance with the label “docs” is free: 1 leased, the first until ${clock} UTC`)
  expect(waitingFor('anybody')).toContain('leased')
  await submit('mine', { lease: leased.leaseId })
  expect(await doneBy('mine')).toMatchObject({ instanceId: docs.id, state: 'done' })
  expect(run.waiting()).toHaveLength(3)
  run.pool.leases.giveBack(leased.leaseId)
  for (const text of ['anybody', 'labelled', 'named']) await doneBy(text)
  expect(run.pool.instances.get(docs.id)).not.toHaveProperty('lease')
})

test('a lease that is over is refused, and what still waited under it ends with the reason; retried, it goes without', async () => {
  const one = await labelled('one', [])
  const { leaseId } = await lease({ instanceId: one.id })
  await submit('running', { lease: leaseId })
  const { process } = await run.runs('running')
  const { id } = await submit('behind', { lease: leaseId })
  run.pool.leases.giveBack(leaseId)
  const failed = await until('it to end', () => run.pool.tasks.ended({}).find((task) => task.id === id))
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'LEASE_ENDED' } })
  await expect(submit('late', { lease: leaseId })).rejects.toThrow('This lease has ended')
  await expect(run.pool.leases.renew(leaseId, 5)).rejects.toThrow('This lease has ended')
  process.end()
  await run.pool.tasks.queue.retry(id)
  expect(await doneBy('behind')).toMatchObject({ state: 'done', instanceId: one.id })
})

test('it ends by itself at its time, later when it is renewed, and with its instance', async () => {
  const one = await labelled('one', [])
  const { leaseId: first } = await lease()
  await run.pool.leases.renew(first, 0.05)
  await submit('after')
  await doneBy('after')
  expect(run.pool.leases.list()).toEqual([])
  const { leaseId } = await lease()
  await run.pool.instances.pause(one.id, 'hold')
  const { id } = await submit('held', { lease: leaseId })
  await run.pool.tasks.cancel(id)
  await run.pool.instances.remove(one.id)
  await expect(submit('gone', { lease: leaseId })).rejects.toThrow('its instance was removed')
})

test('what is not free is not lent, and it is said why', async () => {
  await run.pool.policies.update({ max: 1 })
  const one = await labelled('one', ['docs'])
  await submit('busy')
  const { process } = await run.runs('busy')
  await expect(lease({ instanceId: one.id })).rejects.toThrow('one is at work')
  await expect(lease()).rejects.toThrow('No instance is free')
  await expect(lease({ labels: ['tests'] })).rejects.toThrow('No instance has the label “tests”')
  await expect(lease({ labels: ['docs'], instanceId: one.id })).rejects.toThrow('Send only one of them')
  process.end()
  await until('the end', () => run.pool.tasks.ended({})[0])
  const { until: time, leaseId } = await lease({ by: 'ci' })
  await expect(lease({ instanceId: one.id })).rejects.toThrow(`one is leased to ci until ${time}`)
  await expect(submit('both', { lease: leaseId, labels: ['docs'] })).rejects.toThrow('This lease is for one')
  // One more is made where that is allowed, or where work would bring its configuration.
  const other = await lease({ launch: { cwd: run.root } })
  expect(run.pool.instances.get(other.instanceId)).toMatchObject({ madeBy: 'pool', lease: { id: other.leaseId } })
})

test('who waits for a lease gets the next that is free, the first first, before tasks that waited longer', async () => {
  await run.pool.policies.update({ max: 1 })
  const one = await labelled('one', [])
  await submit('busy')
  const { process } = await run.runs('busy')
  await submit('queued')
  const first = lease({ by: 'first', waitSeconds: 60 })
  const second = lease({ instanceId: one.id, by: 'second', waitSeconds: 60 })

  await expect(lease({ waitSeconds: 0.02 })).rejects.toThrow('No instance is free')
  process.end()
  const { leaseId } = await first
  expect(run.pool.instances.get(one.id).lease).toMatchObject({ by: 'first' })
  expect(waitingFor('queued')).toContain('leased')
  await submit('mine', { lease: leaseId })
  const mine = await run.runs('mine')
  run.pool.leases.giveBack(leaseId)
  mine.process.end()
  run.pool.leases.giveBack((await second).leaseId)
  await doneBy('queued')
})

test('who waits for a lease and goes leaves it to the next; one that waits for what is gone is told so', async () => {
  await run.pool.policies.update({ max: 1 })
  const one = await labelled('one', [])
  const { leaseId } = await lease()
  const caller = new AbortController()
  const gone = run.pool.leases.lease({ seconds: 60, waitSeconds: 60 }, caller.signal)
  const grown = lease({ waitSeconds: 60 })
  const named = lease({ instanceId: one.id, waitSeconds: 60 })
  caller.abort()
  await expect(gone).rejects.toThrow('The caller has gone')
  await run.pool.policies.update({ max: 2 })
  expect((await grown).instanceId).not.toBe(one.id)
  run.pool.leases.giveBack(leaseId)
  const got = await named
  const last = lease({ instanceId: one.id, waitSeconds: 60 })
  await run.pool.instances.pause(one.id, 'hold')
  const behind = await submit('behind', { lease: got.leaseId })
  await run.pool.instances.remove(one.id)
  await expect(last).rejects.toThrow('There is no such instance')
  const failed = await until('it to end', () => run.pool.tasks.ended({}).find(({ id }) => id === behind.id))
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'LEASE_ENDED' } })
})

test('a person is never locked out: a message goes to a leased instance as to any other', async () => {
  const { id, conversationId } = await run.make('one')
  const { leaseId } = await lease({ instanceId: id })
  const said = await run.send(conversationId, 'hello')
  ;(await run.runs('hello')).process.end()
  expect(await said.done).toMatchObject({ outcome: 'done', instanceId: id })
  const other = await run.make('two')
  const moved = await run.pool.send(other.conversationId, { text: 'under it', priority: 5, lease: leaseId })
  ;(await run.runs('under it')).process.end()
  expect(await moved.done).toMatchObject({ outcome: 'done', instanceId: id })
})

test('questions of a lease go on in a conversation of their own', async () => {
  const { id } = await run.make('one')
  const ask = async (text: string, more: Partial<TaskInput>) => {
    const answer = run.pool.tasks.ask({ text, priority: 5, ...more })
    ;(await run.runs(text)).process.end()
    return (await answer).conversationId
  }
  const named = await ask('by name', { instanceId: id })
  const { leaseId } = await lease({ instanceId: id })
  const first = await ask('first', { lease: leaseId })
  expect(await ask('second', { lease: leaseId })).toBe(first)
  expect(first).not.toBe(named)
})

test('an instance that crashes is leased all the same, and what its holder asks next is answered', async () => {
  const { id } = await run.make('one')
  const { leaseId } = await lease({ instanceId: id })
  await submit('crash', { lease: leaseId })
  ;(await run.runs('crash')).process.crash()
  await until('it to end', () => run.pool.tasks.ended({})[0])
  expect(run.pool.instances.get(id).lease).toMatchObject({ id: leaseId })
  await submit('next', { lease: leaseId })
  expect(await doneBy('next')).toMatchObject({ state: 'done', instanceId: id })
})

test('it survives a restart until its time', async () => {
  const { id } = await run.make('one')
  const { leaseId } = await lease({ instanceId: id, by: 'ci' })
  await submit('named', { instanceId: id })
  await run.kill()
  expect(run.pool.instances.get(id).lease).toMatchObject({ id: leaseId, by: 'ci' })
  expect(waitingFor('named')).toContain('one, leased to ci')
  await submit('mine', { lease: leaseId })
  await doneBy('mine')
  run.pool.leases.giveBack(leaseId)
  await doneBy('named')
})
