import { afterEach, beforeEach, expect, test } from 'vitest'
import { RewindPlace } from '../../../e2e/support/rewind-place.ts'

let place: RewindPlace
beforeEach(async () => {
  place = await RewindPlace.make()
})
afterEach(() => place.remove())

/** Turns that the end of the app cuts off; what happens before its next start. */
async function cutOff(work: () => void, closed: () => void): Promise<string> {
  const { folder } = place
  const message = await place.turn(async () => {
    work()
    await place.reopen()
    closed()
    await place.snapshots.settle()
    expect((await place.snapshots.of(folder)).at(-1)?.working).toEqual([])
  })
  return message
}

test('what a person does after a kill and before the next start is not overwritten without being asked', async () => {
  for (const name of ['claude.txt', 'mine.txt', 'later.txt']) place.write(name, 'before')
  const message = await cutOff(
    () => place.write('claude.txt', 'by Claude'),
    () => place.write('mine.txt', 'by hand'),
  )
  await place.turn(() => place.write('later.txt', 'by Claude'))
  const preview = await place.rewinds.rewind(place.id, { messageId: message, what: 'files', overwrite: [], dryRun: true })
  expect(preview.files.map(({ path }) => path)).toEqual(['later.txt'])
  expect(preview.kept.map(({ path, reason }) => `${path} ${reason}`)).toEqual(['claude.txt changed-since', 'mine.txt changed-since'])
  expect(preview.warnings.join(' ')).toMatch(/may include your own edits/)
  await place.rewind(message, { overwrite: ['claude.txt'] })
  expect(['claude.txt', 'mine.txt', 'later.txt'].map((name) => place.read(name))).toEqual(['before', 'by hand', 'before'])
})

test('nothing is asked where nobody worked as the app ended', async () => {
  place.write('claude.txt', 'before')
  const message = await place.turn(() => place.write('claude.txt', 'by Claude'))
  await place.reopen()
  place.write('mine.txt', 'by hand')
  await place.snapshots.settle()
  const preview = await place.rewinds.rewind(place.id, { messageId: message, what: 'files', overwrite: [], dryRun: true })
  expect([preview.files.map(({ path }) => path), preview.kept, preview.warnings]).toEqual([['claude.txt'], [], []])
})
