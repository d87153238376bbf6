import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RewindPlace } from '../../../e2e/support/rewind-place.ts'
import type { Rewind } from '../../../shared/domain/rewind.ts'
import { recoverRewinds } from './rewind-recovery.ts'

let place: RewindPlace
beforeEach(async () => {
  place = await RewindPlace.make()
})
afterEach(() => place.remove())

const recordOf = (id: string) => join(place.data, 'rewinds', place.id, `${id}.json`)
const recover = () =>
  recoverRewinds(place.data, { conversations: place.conversations, snapshots: place.snapshots, log: pino({ level: 'silent' }) })
const lines = async () => {
  const { items } = await place.conversations.messages(place.id, { limit: 100, superseded: false })
  return items.map(({ role, text }) => `${role}: ${text}`)
}

/** As a kill leaves it: the journal is there still, and the record or the line perhaps not yet. */
async function cutOff({ id }: Rewind, hasRecord: boolean): Promise<void> {
  const open = join(place.data, 'rewinds', 'open', `${id}.json`)
  await mkdir(join(place.data, 'rewinds', 'open'), { recursive: true })
  const record: unknown = JSON.parse(await readFile(recordOf(id ?? ''), 'utf8'))
  await writeFile(open, JSON.stringify({ ...Object(record), phase: 'applying', line: null }))
  if (!hasRecord) await rename(recordOf(id ?? ''), `${recordOf(id ?? '')}.gone`)
}

test.each([
  ['its record is written', true],
  ['its thread has changed', false],
])('a rewind that was killed after %s is told once, and undone whole', async (_when, hasRecord) => {
  place.write('a.txt', 'first')
  const message = await place.turn(() => place.write('a.txt', 'second'))
  const rewind = await place.rewind(message, { what: 'both' })
  const after = await lines()
  await cutOff(rewind, hasRecord)
  await recover()
  expect(await lines()).toEqual(after)
  const [found] = await place.rewinds.list(place.id)
  expect(found).toMatchObject({ id: rewind.id, what: 'both', messages: 1, fileCount: 1, warnings: [] })
  const undo = await place.undo(rewind)
  expect(undo).toMatchObject({ what: 'both', fileCount: 1 })
  expect(place.read('a.txt')).toBe('second')
  await cutOff(undo, hasRecord)
  await recover()
  expect(await place.rewinds.list(place.id)).toMatchObject([
    { id: undo.id, what: 'both', warnings: [] },
    { id: rewind.id, undone: true },
  ])
  expect(place.read('a.txt')).toBe('second')
  expect((await place.conversations.message(place.id, message)).superseded).not.toBe(true)
})
