import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '../storage/id.ts'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import { JsonStore } from '../storage/json-store.ts'
import { Affinity, affinityFileSchema } from './affinity.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-affinity-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = async (): Promise<Affinity> =>
  new Affinity(
    await JsonStore.open({
      path: join(folder, 'affinity.json'),
      schema: affinityFileSchema,
      fallback: affinityFileSchema.parse({}),
      holds: 'pairs',
      watch: storeWatch(folder),
    }),
  )

test('a pair is known after a restart, one way round only', async () => {
  const id = newId('conv')
  await (await open()).remember({ source: 'ci', target: 'docs' }, id)
  const again = await open()
  expect(again.conversationOf({ source: 'ci', target: 'docs' })).toBe(id)
  expect(again.conversationOf({ source: 'docs', target: 'ci' })).toBeNull()
})

test('at the bound the pairs used longest ago are forgotten, not those that were used again', async () => {
  const pairs = Array.from({ length: 2_000 }, (_, number) => ({ source: String(number), target: 'x', conversationId: newId('conv') }))
  await writeFile(join(folder, 'affinity.json'), JSON.stringify({ version: 1, pairs }))
  const affinity = await open()
  const first = affinity.conversationOf({ source: '0', target: 'x' })
  await affinity.remember({ source: '0', target: 'x' }, first ?? '')
  await affinity.remember({ source: 'one more', target: 'x' }, newId('conv'))
  const again = await open()
  expect(again.pairs()).toHaveLength(2_000)
  expect(again.conversationOf({ source: '0', target: 'x' })).toBe(first)
  expect(again.conversationOf({ source: '1', target: 'x' })).toBeNull()
})
