import { mkdirSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RewindPlace } from '../../../e2e/support/rewind-place.ts'

let place: RewindPlace
beforeEach(async () => {
  place = await RewindPlace.make()
})
afterEach(() => place.remove())

test('two conversations that go back in the same folder at once each take back their own, and both can be undone', async () => {
  const { id: other } = await place.conversations.create({ cwd: place.folder })
  for (const name of ['mine.txt', 'theirs.txt', 'both.txt']) place.write(name, 'first')
  const mine = await place.turn(() => {
    place.write('mine.txt', 'by one')
    place.write('both.txt', 'by one')
    place.write('new/one.txt', 'new')
  })
  const theirs = await place.turn(() => {
    place.write('theirs.txt', 'by two')
    place.write('both.txt', 'by two')
    place.write('new/two.txt', 'new')
  }, other)
  const [one, two] = await Promise.all([place.rewind(mine), place.rewind(theirs, { conversationId: other })])
  expect([place.read('mine.txt'), place.read('theirs.txt')]).toEqual(['first', 'first'])
  expect(await readdir(place.folder)).not.toContain('new')
  // Whoever comes second sees the file as the first has left it: what was taken back is nobody's change.
  const rewinds = (await place.snapshots.of(place.folder)).filter(({ edge }) => edge === 'before-rewind')
  const isOneFirst = rewinds[0]?.conversationId === place.id
  const kept = [one, two].map((rewind) => rewind.kept.map(({ path, reason }) => `${path} ${reason}`))
  expect(kept).toEqual([isOneFirst ? ['both.txt changed-since'] : [], []])
  expect(place.read('both.txt')).toBe(isOneFirst ? 'by one' : 'first')
  for (const last of isOneFirst ? [two, one] : [one, two]) await place.undo(last)
  const all = ['mine.txt', 'theirs.txt', 'both.txt', 'new/one.txt', 'new/two.txt']
  expect(all.map((name) => place.read(name))).toEqual(['by one', 'by two', 'by two', 'new', 'new'])
})

test('a file that became a folder goes back, and forward again, beside what a person put into it', async () => {
  place.write('thing', 'a file')
  const message = await place.turn(() => {
    rmSync(place.path('thing'))
    mkdirSync(place.path('thing'))
    place.write('thing/inside.txt', 'inside')
  })
  const rewind = await place.rewind(message)
  expect(place.read('thing')).toBe('a file')
  await place.undo(rewind)
  expect(place.read('thing/inside.txt')).toBe('inside')
  place.write('thing/own.txt', 'by a person')
  const again = await place.rewind(message)
  expect(again.kept).toEqual([{ path: 'thing', reason: 'in-the-way' }])
  expect(await readdir(place.path('thing'))).toEqual(['own.txt'])
  await place.undo(again)
  expect(await readdir(place.path('thing'))).toEqual(['inside.txt', 'own.txt'])
})
