import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Keys } from './keys.ts'
import { Problems } from '../storage/problems.ts'
import { LookupIndex } from './lookup-index.ts'

let folder: string
let index: LookupIndex
let problems: Problems
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-keys-'))
  problems = new Problems()
  index = new LookupIndex(join(folder, 'lookup.sqlite'), problems)
})
afterEach(async () => {
  index.close()
  await rm(folder, { recursive: true, force: true })
})

/** Work that counts how often it was begun, and is there once it was. */
function worker() {
  const begun: string[] = []
  const call = (keys: Keys, key: string | undefined, body: unknown, fails = false) =>
    keys.call({
      key,
      prefix: 'task',
      body,
      begin: async ({ id }) => {
        await new Promise((resolve) => setImmediate(resolve))
        if (fails) throw new Error('refused')
        begun.push(id)
        return id
      },
      again: ({ id }) => Promise.resolve(begun.includes(id) ? id : null),
    })
  return { begun, call }
}

test('the same under one key is done once, at the same time and after a restart', async () => {
  const { begun, call } = worker()
  const keys = new Keys(index)
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(keys, 'a', { text: 'x', tags: ['t'] })))
  expect(new Set(answers)).toEqual(new Set(begun))
  expect(begun).toHaveLength(1)
  index.close()
  index = new LookupIndex(join(folder, 'lookup.sqlite'), problems)
  expect(await call(new Keys(index), 'a', { tags: ['t'], text: 'x' })).toBe(begun[0])
  expect(begun).toHaveLength(1)
})

test('without a key everything is new', async () => {
  const { begun, call } = worker()
  const keys = new Keys(index)
  await call(keys, undefined, {})
  await call(keys, undefined, {})
  expect(begun).toHaveLength(2)
})

test('a key that was used for something else is refused with what it was used for', async () => {
  const { begun, call } = worker()
  const keys = new Keys(index)
  await call(keys, 'a', { text: 'x' })
  await expect(call(keys, 'a', { text: 'y' })).rejects.toMatchObject({ code: 'STATE_CONFLICT', data: { field: 'key', id: begun[0] } })
})

test('work that was refused leaves its key free', async () => {
  const { begun, call } = worker()
  const keys = new Keys(index)
  await expect(call(keys, 'a', { text: 'x' }, true)).rejects.toThrow('refused')
  expect(await call(keys, 'a', { text: 'other' })).toBe(begun[0])
})

test('whatever comes in whatever order, no key is used twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ key: fc.string({ minLength: 1 }), fails: fc.boolean() }), { maxLength: 20 }), async (calls) => {
      const { begun, call } = worker()
      const keys = new Keys(index)
      const run = `${Math.random()}`
      const answers = await Promise.allSettled(calls.map(({ key, fails }) => call(keys, `${run} ${key}`, { key }, fails)))
      const byKey = new Map<string, Set<unknown>>()
      for (const [place, answer] of answers.entries()) {
        if (answer.status !== 'fulfilled') continue
        const { key = '' } = calls[place] ?? {}
        byKey.set(key, (byKey.get(key) ?? new Set()).add(answer.value))
      }
      for (const ids of byKey.values()) expect(ids.size).toBe(1)
      expect(new Set(begun).size).toBe(byKey.size)
    }),
    { numRuns: 30 },
  )
})

const key = { hash: 'h', id: 'task_000000000001', turn: 'turn_000000000001' }

test.each([
  ['text', (path: string) => writeFile(path, 'not a database, and longer than the header of one, which has a hundred bytes'.repeat(3))],
  ['bytes', (path: string) => writeFile(path, Buffer.from(Array.from({ length: 40_000 }, (_, at) => (at * 97) % 256)))],
  ['a folder', (path: string) => mkdir(path)],
])('a file that is %s is put aside, which is told, and keys are known from then on', async (_, damage) => {
  const path = join(folder, 'other.sqlite')
  await damage(path)
  const other = new LookupIndex(path, problems)
  other.addKey('a', key)
  other.close()
  expect(problems.list()).toMatchObject([{ path: expect.stringContaining('.damaged-') as unknown, dismissible: true }])
  expect((await readdir(folder)).some((name) => name.startsWith('other.sqlite.damaged-'))).toBe(true)
  const again = new LookupIndex(path, problems)
  expect(again.key('a')).toEqual(key)
  again.close()
})

test('where no file can be, keys are known until the end', () => {
  const other = new LookupIndex(join(folder, 'none', 'lookup.sqlite'), problems)
  other.addKey('a', key)
  expect(other.key('a')).toEqual(key)
  expect(problems.list()).toHaveLength(1)
  other.close()
})
