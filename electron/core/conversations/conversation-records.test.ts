import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConversationFold } from './conversation-fold.ts'
import { ConversationFolders } from './conversation-folders.ts'
import { newestOf } from './conversation-list.ts'
import { ConversationRecord } from './conversation-record.ts'
import { ConversationRecords } from './conversation-records.ts'
import { readIndex, writeSummaries, type SummaryIndex } from './summary-cache.ts'

let folder: string
let folders: ConversationFolders

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-records-'))
  folders = (await ConversationFolders.open(folder, pino({ level: 'silent' }))).folders
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Row = { id: string; updatedAt: string; isArchived: boolean; isGone: boolean; sessions: string[] }

const idOf = (number: number) => `conv_${number.toString(16).padStart(24, '0')}`
const sessionText = fc.constantFrom('a', 'b c', 'x,y', '-', '%', 'ü')
const rowsOf = fc.uniqueArray(
  fc.record({
    number: fc.nat(40),
    second: fc.nat(59),
    isArchived: fc.boolean(),
    isGone: fc.boolean(),
    sessions: fc.uniqueArray(sessionText, { maxLength: 2 }),
  }),
  { selector: ({ number }) => number, maxLength: 25 },
)
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('get', 'set', 'delete', 'has', 'pages', 'all'),
  number: fc.nat(40),
  limit: fc.integer({ min: 1, max: 8 }),
})

async function indexOf(rows: readonly Row[]): Promise<SummaryIndex> {
  const path = join(folder, 'summaries.jsonl')
  const summaries = rows.map(({ id, updatedAt, sessions }) => {
    const [sessionId = null, ...pastSessionIds] = sessions.toReversed()
    const conversation = { ...new ConversationFold(id).conversation, id, updatedAt, sessionId, pastSessionIds: pastSessionIds.toReversed() }
    return { size: 1, mtimeMs: 1, lastMessageSeq: 0, conversation }
  })
  await writeSummaries(path, 'save', summaries, 6)
  const index = await readIndex(path)
  if (!index) throw new Error('The summaries cannot be read.')
  return index
}

type Step = { kind: 'get' | 'set' | 'delete' | 'has' | 'pages' | 'all'; number: number; limit: number }
type Plain = Map<string, Row>

/** Does the same to both; answers what each says. */
function take(records: ConversationRecords, plain: Plain, { kind, number, limit }: Step): [said: unknown, wanted: unknown] {
  const id = idOf(number)
  if (kind === 'get') return [records.get(id)?.updatedAt, plain.get(id)?.updatedAt]
  if (kind === 'has') return [records.has(id), plain.has(id)]
  if (kind === 'pages') return [pagesOf((page) => idsOf(records.newest(page)), limit), pagesOf((page) => idsOf(pageOf(plain, page)), limit)]
  if (kind === 'set') {
    const record = new ConversationRecord(id, folders.active(id))
    records.set(id, record)
    plain.set(id, { id, updatedAt: record.updatedAt, isArchived: false, isGone: false, sessions: [] })
  }
  if (kind === 'delete') {
    records.delete(id)
    plain.delete(id)
  }
  return [Array.from(records.all(), (one) => one.id).toSorted(), [...plain.keys()].toSorted()]
}

type Page = { limit: number; cursor?: string | undefined }
type Ids = { ids: string[]; nextCursor: string | null }

function pageOf(plain: Plain, page: Page) {
  return newestOf(
    [...plain.values()].filter((one) => !one.isArchived),
    page,
  )
}

function idsOf({ items, nextCursor }: { items: { id: string }[]; nextCursor: string | null }): Ids {
  return { ids: items.map(({ id }) => id), nextCursor }
}

function pagesOf(page: (filter: Page) => Ids, limit: number): Ids[] {
  const pages = [page({ limit })]
  for (let cursor = pages[0]?.nextCursor; cursor; cursor = pages.at(-1)?.nextCursor) pages.push(page({ limit, cursor }))
  return pages
}

test('whatever is asked of records that are made late, they answer as a plain table of all', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOf, fc.array(step, { maxLength: 30 }), async (drawn, steps) => {
      const rows = drawn.map(({ number, second, sessions, ...rest }) => {
        const own = sessions.filter((one) => one !== '-').map((one) => `${one}${number}`)
        return { ...rest, sessions: own, id: idOf(number), updatedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString() }
      })
      const records = new ConversationRecords(folders, await indexOf(rows))
      for (const [row, { isArchived, isGone }] of rows.entries()) if (!isGone) records.found(row, isArchived)
      const plain = new Map(rows.filter(({ isGone }) => !isGone).map((row) => [row.id, row]))
      const told = Array.from(plain.values(), ({ id, sessions }) => ({ id, sessions }))
      for (const one of steps) {
        const [said, wanted] = take(records, plain, one)
        expect(said).toEqual(wanted)
        expect(records.size).toBe(plain.size)
        expect([...records.toldSessions()]).toEqual(told)
        expect(told.map(({ id }) => records.toldSessionsOf(id))).toEqual(told.map(({ sessions }) => sessions))
        expect(Array.from(records.places(), ({ id }) => id).toSorted()).toEqual([...plain.keys()].toSorted())
      }
    }),
    { numRuns: 150 },
  )
})
