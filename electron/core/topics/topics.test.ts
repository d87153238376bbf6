import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { topicConfigSchema, workerConfigSchema } from '../../../shared/domain/topic.ts'
import { TopicWorld } from './topic-fixtures.ts'

const one = 'inst_000000000001'
const two = 'inst_000000000002'
const echo = (text: string) => ({ text: `${text}!` })

let home: string
let world: TopicWorld
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bullpen-topics-'))
})
afterEach(async () => {
  await world.close()
  await rm(home, { recursive: true, force: true })
})

/** All messages of a topic are in this state. */
const all = (name: string, state: 'done' | 'dead' | 'waiting', count: number) =>
  until(`${count} messages of ${name} to be ${state}`, () => world.topics.get(name)[state] === count)

test('a chain of three passes every message on, in order, each once', async () => {
  world = await TopicWorld.open(home, [one], { answer: echo })
  const [first] = await world.chain(['in', 'middle', 'out'], { prompt: '{{ message.text }}' })
  await Promise.all(Array.from({ length: 6 }, (_, index) => world.topics.post('in', { text: `m${index}`, data: { index } })))
  await all('out', 'done', 6)
  const out = await world.messages('out')
  expect(out.map(({ text }) => text)).toEqual(Array.from({ length: 6 }, (_, index) => `m${index}!!`))
  expect(out[5]).toMatchObject({
    state: 'done',
    answer: 'm5!!!',
    data: { index: 5 },
    attempts: 1,
    costUsd: 0.01,
    from: { topic: 'middle' },
  })
  expect(world.topics.workers().find(({ id }) => id === first?.id)).toMatchObject({ done: 6, failed: 0, running: 0, heldBy: null })
  expect(world.topics.get('in')).toMatchObject({ waiting: 0, taken: 0, done: 6, dead: 0, heldBy: null, donePerMinute: 1.2 })
  const origins = world.queue.tasks('ended').map(({ origin }) => origin)
  expect(origins).toContainEqual({ topic: 'out', messageId: out[5]?.id })
  expect(origins).toHaveLength(18)
})

test('pages come from either end, their texts cut where that is asked for; an answer says where it went', async () => {
  world = await TopicWorld.open(home, [one], { answer: echo })
  await world.chain(['in', 'out'], { prompt: '{{ message.text }}' })
  for (const text of ['first', 'second', 'third']) await world.topics.post('in', { text })
  await all('out', 'done', 3)
  const newest = await world.topics.page('in', { sort: 'newest', limit: 2, textLimit: 3 })
  expect(newest.items.map(({ text, answer }) => [text, answer])).toEqual([
    ['thi', 'thi'],
    ['sec', 'sec'],
  ])
  const rest = await world.topics.page('in', { sort: 'newest', limit: 2, cursor: newest.nextCursor ?? '' })
  expect(rest).toMatchObject({ items: [{ text: 'first', answer: 'first!' }], nextCursor: null })
  const { to } = rest.items[0] ?? {}
  expect(await world.topics.message('out', to?.id ?? '')).toMatchObject({ text: 'first!', from: { id: rest.items[0]?.id }, to: null })
})

test('the same under one key is one message; something else under it is refused', async () => {
  world = await TopicWorld.open(home, [one])
  await world.topics.create(topicConfigSchema.parse({ name: 'in' }))
  const posts = await Promise.all([1, 2, 3].map(() => world.topics.post('in', { text: 'a', key: 'k' })))
  expect(new Set(posts.map(({ id }) => id)).size).toBe(1)
  await expect(world.topics.post('in', { text: 'b', key: 'k' })).rejects.toThrow('The key “k” was used before')
  await world.close()
  world = await TopicWorld.open(home, [one])
  expect((await world.topics.post('in', { text: 'a', key: 'k' })).id).toBe(posts[0]?.id)
  expect(await world.messages('in')).toHaveLength(1)
})

test('what fails for good is dead, is read, requeued and cleared', async () => {
  let works = false
  world = await TopicWorld.open(home, [one], {
    answer: (text) => (works ? { text } : { outcome: 'failed', text: '', error: { code: 'REFUSED', message: 'No.' } }),
  })
  await world.chain(['in', 'out'])
  for (const text of ['a', 'b', 'c']) await world.topics.post('in', { text })
  await all('in', 'dead', 3)
  const [a, b] = await world.messages('in')
  expect(a).toMatchObject({ state: 'dead', error: { code: 'REFUSED' }, attempts: 1, mayBeRepeated: false })
  works = true
  await world.topics.requeue('in', a?.id ?? '')
  await all('out', 'done', 1)
  await expect(world.topics.requeue('in', a?.id ?? '')).rejects.toThrow('Only dead messages are requeued; this one is done')
  expect(await world.topics.requeueAll('in')).toBe(2)
  await all('out', 'done', 3)
  expect((await world.topics.message('in', b?.id ?? '')).attempts).toBe(2)
  expect(await world.topics.clear('in')).toBe(0)
})

test('what is cleared stays away after a restart', async () => {
  world = await TopicWorld.open(home, [one], {
    answer: () => ({ outcome: 'failed', text: '', error: { code: 'REFUSED', message: 'No.' } }),
  })
  await world.chain(['in'])
  await world.topics.post('in', { text: 'a' })
  await all('in', 'dead', 1)
  expect(await world.topics.clear('in')).toBe(1)
  await world.close()
  world = await TopicWorld.open(home, [one])
  expect(await world.messages('in')).toEqual([])
  expect(world.topics.workers()[0]).toMatchObject({ failed: 1 })
})

test('a turn that failed when a tool may have had an effect is dead and says so, also once it is done', async () => {
  let works = false
  world = await TopicWorld.open(home, [one], {
    answer: (text) => (works ? { text } : { outcome: 'lost', text: '', error: { code: 'CRASHED', message: 'It crashed.' } }),
    toolsFor: () => ['Bash'],
  })
  await world.chain(['in'])
  const { id } = await world.topics.post('in', { text: 'a' })
  await all('in', 'dead', 1)
  expect(await world.topics.message('in', id)).toMatchObject({ mayBeRepeated: true, attempts: 1 })
  works = true
  await world.topics.requeue('in', id)
  await all('in', 'done', 1)
  expect(await world.topics.message('in', id)).toMatchObject({ mayBeRepeated: true, attempts: 2, answer: 'a' })
})

test('a failed task that is tried again in the queue brings its message back', async () => {
  let works = false
  world = await TopicWorld.open(home, [one], {
    answer: (text) => (works ? { text } : { outcome: 'failed', text: '', error: { code: 'REFUSED', message: 'No.' } }),
  })
  await world.chain(['in', 'out'])
  await world.topics.post('in', { text: 'a' })
  await all('in', 'dead', 1)
  works = true
  const [task] = world.queue.tasks('ended')
  await world.queue.retry(task?.id ?? '')
  await all('out', 'done', 1)
  expect(world.topics.get('in')).toMatchObject({ done: 1, dead: 0 })
})

test('a full topic refuses, and holds the worker that answers there', async () => {
  world = await TopicWorld.open(home, [one, two], { answer: echo })
  const { topics } = world
  await topics.create(topicConfigSchema.parse({ name: 'in' }))
  await topics.create(topicConfigSchema.parse({ name: 'out', mostWaiting: 2 }))
  const worker = await topics.addWorker(workerConfigSchema.parse({ topic: 'in', instanceId: one, output: 'out', concurrency: 5 }))
  for (let index = 0; index < 6; index += 1) await topics.post('in', { text: `${index}` })
  await all('in', 'done', 2)
  await expect(topics.post('out', { text: 'more' })).rejects.toThrow('“out” is full: 2 messages wait there')
  expect(topics.workers()[0]?.heldBy).toBe('“out” is full: 2 of 2 messages wait there.')
  expect(topics.get('in')).toMatchObject({ waiting: 4, heldBy: '“out” is full: 2 of 2 messages wait there.' })
  await topics.addWorker(workerConfigSchema.parse({ topic: 'out', instanceId: two }))
  await all('out', 'done', 6)
  expect((await world.messages('out')).map(({ text }) => text)).toEqual(['0!', '1!', '2!', '3!', '4!', '5!'])
  expect(topics.workers().find(({ id }) => id === worker.id)?.heldBy).toBeNull()
})

test('a template that cannot be filled in makes its message dead; one that never can is refused', async () => {
  world = await TopicWorld.open(home, [one], { answer: echo })
  await world.chain(['in'], { prompt: 'Look at\n{{ message.data.file }}' })
  const bad = await world.topics.post('in', { text: 'a' })
  const good = await world.topics.post('in', { text: 'a', data: { file: 'x.ts' } })
  await all('in', 'done', 1)
  const { error } = await world.topics.message('in', bad.id)
  expect(error?.code).toBe('BAD_REQUEST')
  expect(error?.message).toContain('Line 2')
  expect((await world.topics.message('in', good.id)).answer).toBe('Look at\nx.ts!')
  const add = (prompt: string) => world.topics.addWorker(workerConfigSchema.parse({ topic: 'in', instanceId: one, prompt }))
  await expect(add('{{ inputs.x }}')).rejects.toThrow('There is no “inputs” here')
  await expect(add('{{ message.text')).rejects.toThrow('Line 1 of the prompt')
})

test('answers never go in a circle, and topics in use stay', async () => {
  world = await TopicWorld.open(home, [one])
  const [, , last] = await world.chain(['a', 'b', 'c'])
  await expect(world.topics.updateWorker(last?.id ?? '', { output: 'a' })).rejects.toThrow('circle for ever: “c” → “a” → “b” → “c”')
  const self = workerConfigSchema.parse({ topic: 'a', instanceId: one, output: 'a' })
  await expect(world.topics.addWorker(self)).rejects.toThrow('circle for ever: “a” → “a”')
  await expect(world.topics.addWorker({ ...self, output: 'd' })).rejects.toThrow('There is no topic “d”')
  await expect(world.topics.remove('c', { force: true })).rejects.toThrow('Workers take from “c” or answer there')
})

test('a topic is removed when nobody has it and nothing in it is lost unasked', async () => {
  world = await TopicWorld.open(home, [one])
  await world.topics.create(topicConfigSchema.parse({ name: 'a' }))
  await world.topics.post('a', { text: 'x' })
  expect(world.topics.get('a').heldBy).toBe('No worker takes from it. Add one.')
  await expect(world.topics.remove('a', { force: false })).rejects.toThrow('holds 1 messages that are not done')
  await world.topics.remove('a', { force: true })
  expect(() => world.topics.get('a')).toThrow('There is no topic “a”')
  await world.topics.create(topicConfigSchema.parse({ name: 'a' }))
  expect(await world.messages('a')).toEqual([])
})

test('a paused worker, a removed instance and a removed worker give back what has not begun', async () => {
  world = await TopicWorld.open(home, [one, two])
  const { topics } = world
  await topics.create(topicConfigSchema.parse({ name: 'in' }))
  const { id } = await topics.addWorker(workerConfigSchema.parse({ topic: 'in', instanceId: one, concurrency: 2 }))
  for (const text of ['a', 'b', 'c']) await topics.post('in', { text })
  await until('a to run', () => world.running().length === 1)
  await topics.updateWorker(id, { paused: true })
  await all('in', 'waiting', 2)
  expect(topics.workers()[0]).toMatchObject({ running: 1, heldBy: 'It is paused. Resume it to continue.' })
  await topics.updateWorker(id, { paused: false })
  await until('b to be taken', () => topics.get('in').taken === 2)
  world.instances.delete(one)
  topics.instanceChanged(one)
  await all('in', 'waiting', 2)
  expect(topics.get('in').heldBy).toBe('Its instance was removed. Give it another one.')
  await topics.removeWorker(id)
  const [line] = world.running()
  if (line) world.pool.answer(line, { text: 'kept' })
  await all('in', 'done', 1)
  expect((await world.messages('in'))[0]).toMatchObject({ text: 'a', answer: 'kept', workerId: id })
  await topics.addWorker(workerConfigSchema.parse({ topic: 'in', instanceId: two }))
  await until('b to run', () => world.running().some(({ text }) => text === 'b'))
})

test('a turn that runs too long is ended, and its message is dead', async () => {
  world = await TopicWorld.open(home, [one])
  await world.chain(['in'], { timeoutSeconds: 1 })
  await world.topics.post('in', { text: 'slow' })
  await all('in', 'dead', 1)
  expect((await world.messages('in'))[0]?.error).toMatchObject({ code: 'TIMED_OUT' })
})

test('two workers on one topic share its messages', async () => {
  world = await TopicWorld.open(home, [one, two])
  await world.topics.create(topicConfigSchema.parse({ name: 'in' }))
  for (const instanceId of [one, two]) await world.topics.addWorker(workerConfigSchema.parse({ topic: 'in', instanceId }))
  for (const text of ['a', 'b', 'c']) await world.topics.post('in', { text })
  await until('two to run', () => world.running().length === 2)
  expect(new Set(world.pool.begun.map(({ instanceId }) => instanceId))).toEqual(new Set([one, two]))
  expect(world.running().map(({ text }) => text)).toEqual(['a', 'b'])
})

test('a topic whose file is damaged is read as far as it goes, kept, and asks for nothing twice', async () => {
  world = await TopicWorld.open(home, [one], { answer: echo })
  await world.chain(['in', 'out'])
  for (const text of ['a', 'b', 'c']) await world.topics.post('in', { text })
  await all('out', 'done', 3)
  await world.close()
  const path = join(home, 'topics', 'in.jsonl')
  const lines = (await readFile(path, 'utf8')).split('\n')
  // All that says what became of the second message.
  await writeFile(
    path,
    lines.map((line) => (line.includes('"type":"state","seq":2') || /"state".*"seq":2,/.test(line) ? '{torn' : line)).join('\n'),
  )
  world = await TopicWorld.open(home, [one], { answer: echo })
  await all('in', 'done', 3)
  expect(world.watch.problems.list()).toHaveLength(1)
  expect(world.topics.get('out').done).toBe(3)
  expect(world.pool.begun).toEqual([])
})
