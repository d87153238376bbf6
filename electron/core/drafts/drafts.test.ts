import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DraftChange, DraftPart } from '../../../shared/domain/draft.ts'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import { DraftFiles } from './draft-files.ts'
import { Drafts } from './drafts.ts'

const key = `conv_${'0'.repeat(24)}`
let folder: string
let changes: DraftChange[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-drafts-'))
  changes = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function open(): Drafts {
  return new Drafts(new DraftFiles(join(folder, 'drafts'), storeWatch(folder)), (change) => changes.push(change))
}

function pasted(text: string): DraftPart {
  return { type: 'paste', id: randomUUID(), text }
}

function file(name: string): DraftPart {
  return { type: 'document', id: randomUUID(), name, mediaType: 'text/plain', data: 'hello' }
}

test('words and files are there again for whoever opens the folder next', async () => {
  const note = file('note\u202etxt.md')
  await open().put(key, { text: 'Look at this', parts: [note], base: 0, writer: 'tab' })
  expect(await open().get(key)).toMatchObject({ text: 'Look at this', parts: [note] })
  expect(changes).toMatchObject([{ key, writer: 'tab' }])
})

test('of parts that the reader has already only the names are read', async () => {
  const drafts = open()
  const [one, two] = [pasted('one'), pasted('two')]
  await drafts.put(key, { text: '', parts: [one, two], base: 0 })
  expect((await drafts.get(key, [one.id])).parts).toEqual([{ type: 'kept', id: one.id }, two])
})

test('nothing written is an empty draft, and an emptied one leaves no file', async () => {
  const drafts = open()
  expect(await drafts.get(key)).toEqual({ text: '', parts: [], revision: 0, updatedAt: null })
  const { revision } = await drafts.put(key, { text: 'x', parts: [pasted('long')], base: 0 })
  await drafts.put(key, { text: '', parts: [], base: revision })
  expect(await readdir(join(folder, 'drafts'))).toEqual([])
})

test('the newest words win, and a file that another tab added meanwhile stays', async () => {
  const drafts = open()
  const { revision } = await drafts.put(key, { text: 'one', parts: [], base: 0 })
  const added = pasted('from the other tab')
  await drafts.put(key, { text: 'two', parts: [added], base: revision })
  const mine = pasted('from here')
  await drafts.put(key, { text: 'three', parts: [mine], base: revision })
  expect(await drafts.get(key)).toMatchObject({ text: 'three', parts: [mine, added] })
})

test('a file that was taken out by someone who knew it is gone, on disk too', async () => {
  const drafts = open()
  const [one, two] = [pasted('one'), pasted('two')]
  const { revision } = await drafts.put(key, { text: '', parts: [one, two], base: 0 })
  await drafts.put(key, { text: '', parts: [{ type: 'kept', id: two.id }], base: revision })
  expect((await drafts.get(key)).parts).toEqual([two])
  expect(await readdir(join(folder, 'drafts', key))).not.toContain(`${one.id}.json`)
})

test('a file that is to be kept and is not there is asked for', async () => {
  const put = open().put(key, { text: 'x', parts: [{ type: 'kept', id: randomUUID() }], base: 0 })
  await expect(put).rejects.toMatchObject({ code: 'BAD_REQUEST', data: { field: 'parts' } })
})

test('what was sent is cleared, unless something was written since', async () => {
  const drafts = open()
  const first = await drafts.put(key, { text: 'send me', parts: [], base: 0 })
  const later = await drafts.put(key, { text: 'send me, and more', parts: [], base: first.revision })
  await drafts.sent(key, first.revision)
  expect(await drafts.get(key)).toMatchObject({ text: 'send me, and more' })
  await drafts.sent(key, later.revision)
  const cleared = await drafts.get(key)
  expect(cleared.text).toBe('')
  // A page that still shows it must see that this is newer.
  expect(cleared.revision).toBeGreaterThan(later.revision)
})

test('many changes at once end with the last', async () => {
  const drafts = open()
  await Promise.all(Array.from({ length: 20 }, (_, n) => drafts.put(key, { text: `change ${n}`, parts: [], base: 0 })))
  expect(await drafts.get(key)).toMatchObject({ text: 'change 19' })
  const revisions = changes.map(({ revision }) => revision)
  expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b))
})

test('a damaged file is put aside and told, and the next words are kept', async () => {
  const watch = storeWatch(folder)
  const drafts = new Drafts(new DraftFiles(join(folder, 'drafts'), watch), () => {})
  await drafts.put(key, { text: 'x', parts: [], base: 0 })
  await writeFile(join(folder, 'drafts', key, 'draft.json'), '{"text":')
  expect(await drafts.get(key)).toMatchObject({ text: '' })
  expect(watch.problems.list()).toHaveLength(1)
  await drafts.put(key, { text: 'y', parts: [], base: 0 })
  expect(await drafts.get(key)).toMatchObject({ text: 'y' })
})

test('files beyond the bound are refused, and the draft stays as it was', async () => {
  const drafts = open()
  const { revision } = await drafts.put(key, { text: 'kept', parts: [], base: 0 })
  const parts = Array.from({ length: 7 }, () => pasted('x'.repeat(9_000_000)))
  await expect(drafts.put(key, { text: 'new', parts, base: revision })).rejects.toMatchObject({ code: 'TOO_LARGE' })
  expect(await drafts.get(key)).toMatchObject({ text: 'kept', parts: [] })
})
