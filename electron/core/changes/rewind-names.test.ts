import { afterEach, beforeEach, expect, test } from 'vitest'
import { RewindPlace } from '../../../e2e/support/rewind-place.ts'
import { planRewind } from './rewind-plan.ts'

let place: RewindPlace
beforeEach(async () => {
  place = await RewindPlace.make()
})
afterEach(() => place.remove())

/** Some system takes each of them for `.git`. */
const reserved = ['git~1', '.GIT', 'deep/git~1', 'deep/.Git/config', '.g\u200cit', '.git ', '.git.']
/** Others only look so. */
const usual = ['.git~1', 'git~x', 'deep/.gitmodules', '.gitt', 'a\\b', 'CON']

test('names that git keeps for itself hold up neither a snapshot nor a rewind: they are left alone, and named', async () => {
  for (const name of [...reserved, ...usual]) place.write(name, 'before')
  const message = await place.turn(() => {
    for (const name of [...reserved, ...usual]) place.write(name, 'after')
    place.write('new/git~2/b.txt', 'made')
    place.write('new/b.txt', 'made')
  })
  const rewind = await place.rewind(message)
  expect(usual.map((name) => place.read(name))).toEqual(usual.map(() => 'before'))
  expect(reserved.map((name) => place.read(name))).toEqual(reserved.map(() => 'after'))
  expect(rewind.files.map(({ path }) => path)).toEqual([...usual, 'new/b.txt'].toSorted())
  expect(rewind.kept.map(({ path }) => path).toSorted()).toEqual([...reserved, 'new/git~2/b.txt'].toSorted())
  expect(new Set(rewind.kept.map(({ reason }) => reason))).toEqual(new Set(['reserved']))
  await place.undo(rewind)
  expect(place.read('new/b.txt')).toBe('made')
})

test('so do very many of them', async () => {
  const names = Array.from({ length: 90 }, (_, at) => `${at}/.GIT`)
  for (const name of names) place.write(name, 'before')
  const message = await place.turn(() => {
    for (const name of names) place.write(name, 'after')
    place.write('a.txt', 'made')
  })
  const { files, keptCount } = await place.rewind(message)
  expect([files.map(({ path }) => path), keptCount]).toEqual([['a.txt'], names.length])
})

test('snapshots of before may have them', () => {
  const entry = { mode: '100644', object: 'a'.repeat(40) }
  const plan = planRewind([{ path: 'a/git~1', old: entry, new: null }], new Map([['a/git~1', 'conversation']]), 'all')
  expect(plan).toEqual({ steps: [], kept: [{ path: 'a/git~1', reason: 'reserved' }] })
})
