import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Rewind } from '../../../shared/domain/rewind.ts'
import { RewindPlace } from '../../../e2e/support/rewind-place.ts'

let place: RewindPlace
beforeEach(async () => {
  place = await RewindPlace.make({ limits: { fileBytes: 1_000 } })
})
afterEach(() => place.remove())

const named = ({ kept }: Rewind) => Object.fromEntries(kept.map(({ path, reason }) => [path, reason]))

test('a file that was too large at first and is not any more stays: it did not come since', async () => {
  place.write('data.bin', 'x'.repeat(2_000))
  const message = await place.turn(() => {
    place.write('data.bin', 'short')
    place.write('new.txt', 'new')
  })
  const rewind = await place.rewind(message)
  expect(place.read('data.bin')).toBe('short')
  expect(named(rewind)).toEqual({ 'data.bin': 'large' })
  expect(rewind.files.map(({ path }) => path)).toEqual(['new.txt'])
})

test('a file that has grown too large stays, and is named once, with the reason', async () => {
  place.write('data.bin', 'short')
  const message = await place.turn(() => {
    place.write('data.bin', 'x'.repeat(2_000))
    place.write('new.txt', 'new')
  })
  const { kept, keptCount } = await place.rewind(message)
  expect(place.read('data.bin')).toHaveLength(2_000)
  expect({ kept, keptCount }).toEqual({ kept: [{ path: 'data.bin', reason: 'large' }], keptCount: 1 })
})

test('the files of another repository stay when it stops being one', async () => {
  place.git('init', '-q', 'vendored')
  place.write('vendored/a.txt', 'a')
  place.write('vendored/deep/b.txt', 'b')
  const message = await place.turn(() => {
    rmSync(place.path('vendored/.git'), { recursive: true })
    place.write('new.txt', 'new')
  })
  const rewind = await place.rewind(message)
  expect(readdirSync(place.path('vendored'))).toEqual(['a.txt', 'deep'])
  expect(place.read('vendored/deep/b.txt')).toBe('b')
  expect(Object.values(named(rewind))).toEqual(['repository', 'repository'])
  expect(rewind.files.map(({ path }) => path)).toEqual(['new.txt'])
})

test('what a repository ignores by itself stays when it does not any more, and what nobody can tell from it', async () => {
  place.write('a.txt', 'a')
  writeFileSync(place.path('.git/info/exclude'), 'secret.txt\n')
  place.write('secret.txt', 'mine')
  const message = await place.turn(async () => {
    writeFileSync(place.path('.git/info/exclude'), '')
    await place.reopen()
    place.write('new.txt', 'new')
    place.write('a.txt', 'changed')
  })
  const rewind = await place.rewind(message, { overwrite: 'all' })
  expect([place.read('secret.txt'), place.read('new.txt'), place.read('a.txt')]).toEqual(['mine', 'new', 'a'])
  expect(named(rewind)).toEqual({ 'secret.txt': 'ignored', 'new.txt': 'ignored' })
  await place.undo(rewind)
  expect(place.read('a.txt')).toBe('changed')
})

test('what a person changed while it was ignored or too large is not overwritten without being asked', async () => {
  for (const name of ['grown.bin', 'hidden.txt']) place.write(name, 'first')
  place.write('a.txt', 'a')
  const message = await place.turn(() => {
    place.write('grown.bin', 'x'.repeat(2_000))
    place.write('.gitignore', 'hidden.txt')
    place.write('a.txt', 'changed')
  })
  place.write('hidden.txt', 'by a person')
  place.write('grown.bin', 'y'.repeat(3_000))
  await place.turn(() => {
    rmSync(place.path('.gitignore'))
    place.write('grown.bin', 'cut')
  })
  const rewind = await place.rewind(message)
  expect([place.read('hidden.txt'), place.read('grown.bin'), place.read('a.txt')]).toEqual(['by a person', 'cut', 'a'])
  expect(named(rewind)).toEqual({ 'hidden.txt': 'changed-since', 'grown.bin': 'changed-since' })
})
