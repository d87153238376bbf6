import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { DiskWatch } from './disk-watch.ts'
import { JsonStore, type StoreWatch } from './json-store.ts'
import { Problems } from './problems.ts'

const schema = z.object({ version: z.literal(1).default(1), count: z.number() })
const fallback = schema.parse({ count: 0 })
let watch: StoreWatch
let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-json-'))
  path = join(folder, 'value.json')
  watch = { problems: new Problems(), disk: new DiskWatch({ folder, probeMs: 5 }) }
})
afterEach(async () => {
  watch.disk.close()
  await rm(folder, { recursive: true, force: true })
})

const open = () => JsonStore.open({ path, schema, fallback, holds: 'the count', watch })

test('changes made at once all count', async () => {
  const store = await open()
  await Promise.all(Array.from({ length: 20 }, () => store.change(({ count }) => ({ version: 1, count: count + 1 }))))
  const again = await open()
  expect(again.current()).toEqual({ version: 1, count: 20 })
  expect(await readdir(folder)).toEqual(['value.json'])
})

test('a value that the file holds already is not written again', async () => {
  const store = await open()
  await store.replace({ version: 1, count: 1 })
  const { ino } = await stat(path)
  await store.replace({ version: 1, count: 1 })
  expect((await stat(path)).ino).toBe(ino)
})

test.each(['{"count": "many"}', '', '{"cou', '\0\0\0\0', 'null', '[]', '{"version":2,"count":3,"more":{}}'])(
  'a file that cannot be understood is kept beside, and said: %j',
  async (content) => {
    await writeFile(path, content)
    const store = await open()
    expect(store.current()).toEqual(fallback)
    const [kept = ''] = await readdir(folder)
    expect(watch.problems.list()).toMatchObject([{ path: join(folder, kept), dismissible: true }])
    expect(watch.problems.list()[0]?.message).toContain('the count')
    expect(kept).toContain(content.includes('version') ? '.newer-' : '.damaged-')
    await store.replace({ version: 1, count: 5 })
    expect(await readFile(join(folder, kept), 'utf8')).toBe(content)
  },
)

test.each(['{"version":7}', '{"version":2,"count":3}', '{"instances":[]}', '{"version":1,"other":true}'])(
  'also where nothing in it is needed, what is newer or holds only other things is put aside: %j',
  async (content) => {
    await writeFile(path, content)
    const optional = z.object({ count: z.number().default(0), name: z.string().optional() })
    const store = await JsonStore.open({ path, schema: optional, fallback: { count: 0 }, holds: 'the count', watch })
    await store.replace({ count: 5 })
    const kept = (await readdir(folder)).find((name) => name !== 'value.json') ?? ''
    expect(await readFile(join(folder, kept), 'utf8')).toBe(content)
    expect(watch.problems.list()).toHaveLength(1)
  },
)

test.each(['{}', '{"version":1}', '{"count":3,"added":1}', '{"name":"x"}'])('and what holds ours is read: %j', async (content) => {
  await writeFile(path, content)
  const optional = z.object({ count: z.number().default(0), name: z.string().optional() })
  await JsonStore.open({ path, schema: optional, fallback: { count: 0 }, holds: 'the count', watch })
  expect(watch.problems.list()).toEqual([])
  expect(await readdir(folder)).toEqual(['value.json'])
})

test('a folder in the place of the file is put aside as well', async () => {
  await mkdir(path)
  const store = await open()
  await store.replace({ version: 1, count: 5 })
  expect((await open()).current()).toEqual({ version: 1, count: 5 })
  expect(watch.problems.list()).toHaveLength(1)
})

test('a write that fails is told, and whoever waits is called when it works again', async () => {
  const store = await open()
  const broken = await JsonStore.open({ path: join(folder, 'missing', 'value.json'), schema, fallback, holds: 'the count', watch })
  await expect(broken.replace({ version: 1, count: 2 })).rejects.toMatchObject({ code: 'DATA_FOLDER_MISSING' })
  expect(watch.disk.error).toMatchObject({ code: 'DATA_FOLDER_MISSING' })
  await new Promise<void>((resolve) => store.onceWritable(resolve))
  expect(watch.disk.error).toBeNull()
})

test('a change that is refused leaves everything as it was', async () => {
  const store = await open()
  await store.replace({ version: 1, count: 1 })
  await rm(folder, { recursive: true })
  await expect(store.replace({ version: 1, count: 2 })).rejects.toMatchObject({ code: 'DATA_FOLDER_MISSING' })
  expect(store.current()).toEqual({ version: 1, count: 1 })
})
