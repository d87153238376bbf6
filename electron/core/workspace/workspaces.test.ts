import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { workspaceSchema } from '../../../shared/domain/workspace.ts'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import { Workspaces } from './workspaces.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'workspaces-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (address: string) => workspaceSchema.parse({ address })

test('each window comes back as it was, and a new one as any was last, also after a restart', async () => {
  const before = await Workspaces.open({ folder, watch: storeWatch(folder) })
  expect(before.get()).toBeNull()
  await before.put('a', { ...at('#/library'), shares: [0.25, 0.75], scroll: { conv_0123456789ab: { messageId: 'm', offset: -12 } } })
  await before.put('b', at('#/pool'))
  const after = await Workspaces.open({ folder, watch: storeWatch(folder) })
  expect(after.get('a')).toMatchObject({ address: '#/library', shares: [0.25, 0.75], scroll: { conv_0123456789ab: { offset: -12 } } })
  expect([after.get()?.window, after.get('c')]).toEqual(['b', null])
})

test('only the newest windows are kept, and a file that is damaged costs nothing but itself', async () => {
  const windows = await Workspaces.open({ folder, watch: storeWatch(folder) })
  for (let number = 0; number < 35; number += 1) await windows.put(`w-${number}`, at(`#/conversation/conv_${'0'.repeat(12)}`))
  expect([windows.get('w-4'), windows.get('w-5')?.window]).toEqual([null, 'w-5'])
  await writeFile(join(folder, 'workspaces.json'), '{"windows": [')
  expect((await Workspaces.open({ folder, watch: storeWatch(folder) })).get()).toBeNull()
})
