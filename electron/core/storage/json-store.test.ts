import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { JsonStore } from './json-store.ts'

const schema = z.object({ count: z.number() })
let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-json-'))
  path = join(folder, 'value.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('changes made at once all count', async () => {
  const store = await JsonStore.open({ path, schema, fallback: { count: 0 } })
  await Promise.all(Array.from({ length: 20 }, () => store.change(({ count }) => ({ count: count + 1 }))))
  const again = await JsonStore.open({ path, schema, fallback: { count: 0 } })
  expect(again.current()).toEqual({ count: 20 })
  expect(await readdir(folder)).toEqual(['value.json'])
})

test('a value that the file holds already is not written again', async () => {
  const store = await JsonStore.open({ path, schema, fallback: { count: 0 } })
  await store.replace({ count: 1 })
  const { ino } = await stat(path)
  await store.replace({ count: 1 })
  expect((await stat(path)).ino).toBe(ino)
})

test('a file that cannot be understood is kept beside, and said', async () => {
  await writeFile(path, '{"count": "many"}')
  const store = await JsonStore.open({ path, schema, fallback: { count: 7 } })
  expect(store.current()).toEqual({ count: 7 })
  const [kept = ''] = await readdir(folder)
  expect(store.problem).toContain(kept)
  expect(await readFile(join(folder, kept), 'utf8')).toBe('{"count": "many"}')
})

test('a change that is refused leaves everything as it was', async () => {
  const store = await JsonStore.open({ path, schema, fallback: { count: 0 } })
  await store.replace({ count: 1 })
  await rm(folder, { recursive: true })
  await expect(store.replace({ count: 2 })).rejects.toThrow('ENOENT')
  expect(store.current()).toEqual({ count: 1 })
})
