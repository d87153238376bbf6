import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blanksOf, fillBlanks } from '../../../shared/domain/saved-prompt.ts'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import { SavedPrompts } from './saved-prompts.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-prompts-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function open(): Promise<SavedPrompts> {
  return SavedPrompts.open({ folder, watch: storeWatch(folder), onChange: () => {} })
}

test('prompts are kept by name, changed and deleted', async () => {
  const prompts = await open()
  const review = await prompts.create({ name: 'Review', text: 'Review {{file}}' })
  const ask = await prompts.create({ name: 'ask', text: 'Why {{thing}}?' })
  expect((await open()).list()).toEqual([ask, review])
  await prompts.update(review.id, { name: 'All of it' })
  expect((await open()).list().map(({ name, text }) => [name, text])).toEqual([
    ['All of it', 'Review {{file}}'],
    ['ask', 'Why {{thing}}?'],
  ])
  await prompts.remove(ask.id)
  expect((await open()).list()).toHaveLength(1)
})

test('a name is had once, and what is gone is told', async () => {
  const prompts = await open()
  const { id } = await prompts.create({ name: 'Review', text: 'x' })
  await expect(prompts.create({ name: 'review', text: 'y' })).rejects.toMatchObject({ code: 'NAME_TAKEN', data: { field: 'name' } })
  await prompts.remove(id)
  await expect(prompts.remove(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('blanks are found once each and filled everywhere; one without a value stays', () => {
  const text = 'Compare {{ a }} with {{b}}, then {{a}} again. {{}} {{{c}}}'
  expect(blanksOf(text)).toEqual(['a', 'b', 'c'])
  expect(fillBlanks(text, new Map([['a', '$& one']]))).toBe('Compare $& one with {{b}}, then $& one again. {{}} {{{c}}}')
})
