import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { profileSettingsSchema } from '../../../shared/domain/profile.ts'
import { SavedServers } from '../servers/saved-servers.ts'
import { DiskWatch } from '../storage/disk-watch.ts'
import { Problems } from '../storage/problems.ts'
import { ProfileBook } from './profile-book.ts'

let home: string
let book: ProfileBook
let servers: SavedServers
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bullpen-profiles-'))
  const watch = { problems: new Problems(), disk: new DiskWatch({ folder: home, probeMs: 5 }) }
  book = await ProfileBook.open({ home, watch })
  servers = await SavedServers.open({ home, watch })
})
afterAll(() => rm(home, { recursive: true, force: true }))

it('changes that come at once are all kept', async () => {
  const [made] = await book.create([{ name: 'Writer', settings: profileSettingsSchema.parse({}) }])
  const id = made?.id ?? ''
  await Promise.all([book.update(id, { model: 'opus' }), book.update(id, { effort: 'low' }), book.update(id, { note: 'Writes.' })])
  expect(book.get(id)).toMatchObject({ name: 'Writer', model: 'opus', effort: 'low', note: 'Writes.', revision: 3 })
  const server = await servers.create({ name: 'one', config: { command: 'a' } })
  await Promise.all([servers.update(server.id, { name: 'two' }), servers.update(server.id, { config: { command: 'b' } })])
  expect(servers.get(server.id)).toMatchObject({ name: 'two', config: { command: 'b' } })
})

it('what goes while it is changed does not come back', async () => {
  const [made] = await book.create([{ name: 'Gone', settings: profileSettingsSchema.parse({}) }])
  const id = made?.id ?? ''
  const ended = await Promise.allSettled([book.remove(id), book.update(id, { model: 'opus' })])
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(book.find(id)).toBeUndefined()
})
