import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Database } from '../storage/database.ts'
import { textOfBlocks, ToolNames, type Document } from './documents.ts'
import { closeIndex, openIndex } from './index-file.ts'
import { IndexWriter } from './index-writer.ts'
import { prepareReader } from './schema.ts'
import { find, type Answer, type FindInput } from './searcher.ts'
import { WordOrder } from './word-order.ts'

let folder: string
let path: string
let writing: Database
let reading: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-searcher-'))
  path = join(folder, 'index.db')
  writing = openIndex(path, false).database
  reading = new Database(path, { readOnly: true })
  prepareReader(reading)
})
afterEach(async () => {
  reading.close()
  closeIndex(writing, path)
  await rm(folder, { recursive: true, force: true })
})

const source = { key: 'conv_000000000001', kind: 'conversation', path: '/none', compressed: false, archived: false } as const

/** Puts messages into the index, one a minute, in batches. */
function put(texts: readonly string[], batch = texts.length): void {
  const writer = new IndexWriter(writing)
  const row = writer.row({ ...source, title: null, folder: null })
  for (const [seq, text] of texts.entries()) {
    const document: Document = { messageId: `msg_${seq}`, seq, role: 'user', at: seq * 60_000, text, tools: [], cut: false }
    writer.add(row, document)
    if ((seq + 1) % batch === 0) writer.commit()
  }
  writer.commit()
}

function ask(q: string, more: Partial<FindInput> = {}): Answer {
  return find(reading, { q, state: 'all', sort: 'newest', limit: 100, instances: [], ...more })
}
const seqs = (q: string, more: Partial<FindInput> = {}) => ask(q, more).items.map(({ seq }) => seq)

test('words are found by how they begin, however many letters that is and however many words begin so', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '0'), minLength: 2, maxLength: 7 })
  const words = [...new Set(fc.sample(letters, { numRuns: 700, seed: 7 }))]
  put(words)
  const plain = words.map((word) => word.replaceAll('é', 'e'))
  const beginning = fc.tuple(fc.constantFrom(...words), fc.integer({ min: 2, max: 7 })).map(([word, length]) => word.slice(0, length))
  const isFound = (begin: string): boolean => {
    const fits = plain.flatMap((each, seq) => (each.startsWith(begin.replaceAll('é', 'e')) ? [seq] : []))
    return seqs(`${begin}*`).join() === fits.toReversed().slice(0, 100).join()
  }
  expect(() => fc.assert(fc.property(beginning, isFound), { numRuns: 100 })).not.toThrow()
})

test('the last word of a phrase may be unfinished, and other letters before it are not a word of its own', () => {
  put(['open src/theory now', 'open src/themes', 'äthemes', 'themes alone'])
  expect(seqs('src/them*')).toEqual([1])
  expect(seqs('them*')).toEqual([3, 1])
  expect(seqs('äthem*')).toEqual([2])
})

test('words are found by their inside, short ones, ones with accents and of other scripts too', () => {
  put(['parse it', 'Übersicht der Größen', 'переписка о здании', 'added facades', 'nothing else'])
  expect(seqs('*ars* ')).toEqual([0])
  expect(seqs('*bersich* ')).toEqual([1])
  expect(seqs('*größe* ')).toEqual([1])
  expect(seqs('*писк* ')).toEqual([2])
  expect(seqs('*dde* ')).toEqual([3])
})

test('many batches are put in order as soon as that is worth it, and everything is found as before', () => {
  const words = ['lorem', 'ipsum', 'dolor', 'amet']
  put(
    Array.from({ length: 21_000 }, (_, seq) => `${words[seq % 4]} no${seq}x`),
    3_000,
  )
  const lists = () => reading.number('SELECT count(DISTINCT segid) FROM words_idx')
  const found = () => [seqs('dolor ', { limit: 50 }), seqs('no777*'), seqs('*rem* ', { limit: 50 }), seqs('"ipsum no4001x" ')]
  const before = found()
  expect(lists()).toBeGreaterThan(1)
  const first = new WordOrder(writing)
  expect(first.isNeeded).toBe(true)
  first.step()
  // It was ended in the middle.
  const order = new WordOrder(writing)
  while (order.isNeeded) order.step()
  expect(lists()).toBe(1)
  expect(found()).toEqual(before)
  expect(new WordOrder(writing).isNeeded).toBe(false)
})

test('by relevance the best of the newest thousand come first, then the older ones; each once, and that is told', () => {
  put(Array.from({ length: 1_100 }, (_, seq) => (seq === 500 ? 'needle needle needle' : 'some other words around a needle')))
  const pages: Answer[] = []
  for (let cursor: string | null | undefined; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
    pages.push(ask('needle ', { sort: 'relevance', ...(cursor === undefined ? {} : { cursor }) }))
  }
  const found = pages.flatMap(({ items }) => items.map(({ seq }) => seq))
  expect(pages[0]?.notes).toEqual([expect.stringMatching(/^More than 1,000 messages fit/)])
  expect(found[0]).toBe(500)
  expect(found).toHaveLength(1_100)
  expect(new Set(found).size).toBe(1_100)
  expect(found.slice(1_000)).toEqual(Array.from({ length: 100 }, (_, index) => 99 - index))
  expect(ask('needle -around ', { sort: 'relevance' }).notes).toEqual([])
})

test('what is inside of too many words says that not all of them are looked for', () => {
  put(Array.from({ length: 300 }, (_, seq) => `x${String.fromCodePoint(97 + (seq % 26), 97 + Math.floor(seq / 26))}middle`))
  expect(ask('*middle* ').notes).toEqual([expect.stringContaining('“middle” stands in very many words')])
  expect(ask('*amiddle* ').notes).toEqual([])
})

test('a conversation with a message that is too long to be searched whole says so', () => {
  const writer = new IndexWriter(writing)
  const row = writer.row({ ...source, title: null, folder: null })
  const said = (seq: number, text: string) => ({ messageId: `msg_${seq}`, seq, role: 'user' as const, at: seq, tools: [], ...read(text) })
  writer.add(row, said(0, 'short'))
  writer.commit()
  expect(ask('short ', { conversationId: source.key }).notes).toEqual([])
  writer.add(row, said(1, `begun ${'x '.repeat(300_000)} ended`))
  writer.commit()
  expect(ask('ended ', { conversationId: source.key })).toMatchObject({ items: [], notes: [expect.stringContaining('first 512 KB')] })
  expect(seqs('begun ')).toEqual([1])
  expect([writer.cut, new IndexWriter(writing).cut]).toEqual([1, 1])
})

const read = (text: string) => {
  const { cut, text: kept } = textOfBlocks([{ type: 'text', text }], new ToolNames())
  return { cut, text: kept }
}
