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
const step = fc.record({
  kind: fc.constantFrom('get', 'set', 'delete', 'has', 'page', 'all'),
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
      expect([...records.sessions()].map(({ id, sessions }) => [id, [...sessions]])).toEqual(
        [...plain.values()].map((row) => [row.id, row.sessions]),
      )
      for (const { kind, number, limit } of steps) {
        const id = idOf(number)
        if (kind === 'get') expect(records.get(id)?.updatedAt).toBe(plain.get(id)?.updatedAt)
        if (kind === 'has') expect(records.has(id)).toBe(plain.has(id))
        if (kind === 'set') {
          const record = new ConversationRecord(id, folders.active(id))
          records.set(id, record)
          plain.set(id, { id, updatedAt: record.updatedAt, isArchived: false, isGone: false, sessions: [] })
        }
        if (kind === 'delete') {
          records.delete(id)
          plain.delete(id)
        }
        if (kind === 'page') {
          let cursor: string | undefined
          do {
            const { items, nextCursor } = records.newest({ limit, cursor })
            const active = [...plain.values()].filter((one) => !one.isArchived)
            const wanted = newestOf(active, { limit, cursor })
            expect([items.map((one) => one.id), nextCursor]).toEqual([wanted.items.map((one) => one.id), wanted.nextCursor])
            cursor = nextCursor ?? undefined
          } while (cursor !== undefined && number % 2 === 0)
        }
        if (kind === 'all') expect([...records.all()].map((one) => one.id).toSorted()).toEqual([...plain.keys()].toSorted())
        expect(records.size).toBe(plain.size)
        expect([...records.places()].map((one) => one.id).toSorted()).toEqual([...plain.keys()].toSorted())
      }
    }),
    { numRuns: 150 },
  )
})
