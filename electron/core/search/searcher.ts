import { z } from 'zod'
import { roleSchema } from '../../../shared/domain/message.ts'
import { snippetPartSchema } from '../../../shared/domain/search.ts'
import type { Database } from '../storage/database.ts'
import { matchOf, type Match } from './match.ts'
import { parseQuery, type Filters, type Query } from './query.ts'
import { Marker } from './snippet.ts'

/** What is asked of the index. */
export const findInputSchema = z.object({
  q: z.string(),
  state: z.enum(['active', 'archived', 'all']),
  role: roleSchema.optional(),
  instanceId: z.string().optional(),
  conversationId: z.string().optional(),
  /** Only in these sources; in any when left out. */
  keys: z.array(z.string()).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  sort: z.enum(['newest', 'relevance']),
  cursor: z.string().optional(),
  limit: z.number(),
  /** All instances there are, so that they can be named. */
  instances: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type FindInput = z.infer<typeof findInputSchema>

const roleNameSchema = z.enum([...roleSchema.options, 'title'])
export const foundSchema = z.object({
  key: z.string(),
  kind: z.enum(['conversation', 'vault']),
  messageId: z.string().nullable(),
  seq: z.number(),
  role: roleNameSchema,
  at: z.number(),
  title: z.string(),
  tags: z.array(z.string()),
  archived: z.boolean(),
  instance: z.string().nullable(),
  folder: z.string().nullable(),
  snippet: z.array(snippetPartSchema),
})
export const answerSchema = z.object({
  items: z.array(foundSchema),
  nextCursor: z.string().nullable(),
  notes: z.array(z.string()),
  inside: z.boolean(),
})
export type Answer = z.infer<typeof answerSchema>

/** By relevance, the newest so many that fit are put in order, then come the others: no search may cost more the longer the history gets. */
const maxRanked = 1_000
const manyFit =
  `More than ${maxRanked.toLocaleString('en')} messages fit. The best of the newest ${maxRanked.toLocaleString('en')} come first, then the older ones. ` +
  'Add a word or a date to have fewer.'

/** Answers from the index. A cursor that is none of ours begins at the beginning. */
export function find(database: Database, input: FindInput): Answer {
  const query = withInput(parseQuery(input.q), input)
  if (isEmpty(query)) return { items: [], nextCursor: null, notes: query.notes, inside: false }
  query.notes.push(...cutNotes(database, query.filters.key))
  const place = placeOf(input)
  const page = pageOf(database, query, input, place)
  if (page.items.length > 0 || input.cursor !== undefined || !mayWiden(query)) {
    return { ...page, notes: [...query.notes, ...page.notes], inside: place.inside }
  }
  // No word is it, and none begins with it: perhaps it stands inside of one.
  const wider = pageOf(database, query, input, { ...place, inside: true })
  return { ...wider, notes: [...query.notes, ...wider.notes], inside: wider.items.length > 0 }
}

/** Within one conversation, that not all of it is searched. */
function cutNotes(database: Database, key: string | null): string[] {
  if (key === null) return []
  const { cut = 0 } = database.get(z.object({ cut: z.number() }), 'SELECT cut FROM source WHERE key = ?', key) ?? {}
  if (cut === 0) return []
  return [
    cut === 1
      ? 'Of one very long message only the first 512 KB are searched.'
      : `Of ${cut} very long messages only the first 512 KB are searched.`,
  ]
}

/**
 * Where a page begins. `below`: only what is older than this id; `rank`: behind so many of the best of these. `inside`: words need only be
 * part of a word.
 */
type Place = { inside: boolean; rank: number | null; below: number | null }

function placeOf({ cursor, sort }: FindInput): Place {
  const [, mode, rank, below] = /^([wi])(?:r(\d{1,4})\.)?(\d{1,17})$/.exec(cursor ?? '') ?? []
  if (below === undefined) return { inside: false, rank: sort === 'relevance' ? 0 : null, below: null }
  return { inside: mode === 'i', rank: rank === undefined ? null : Number(rank), below: Number(below) }
}

type Page = Pick<Answer, 'items' | 'nextCursor' | 'notes'>

function pageOf(database: Database, query: Query, { instances, limit }: FindInput, { inside, rank, below }: Place): Page {
  const whole = matchOf(database, query, instances, inside)
  if (whole === null) return { items: [], nextCursor: null, notes: [] }
  const match = below === null ? whole : { ...whole, toId: Math.min(whole.toId, below) }
  const marker = new Marker(query, inside)
  const { ids, next, notes } = rank === null ? newestPage(database, match, limit) : rankedPage(database, match, { marker, rank, limit })
  const mode = inside ? 'i' : 'w'
  return {
    items: itemsOf(database, ids, marker),
    nextCursor: next === null ? null : `${mode}${next}`,
    notes: [...match.notes, ...notes],
  }
}

type PageOfIds = { ids: number[]; /** The cursor of the next page, without its mode. */ next: string | null; notes: string[] }

function newestPage(database: Database, match: Match, limit: number): PageOfIds {
  const found = newest(database, idRow, 'w.rowid AS id', match, limit + 1).map(({ id }) => id)
  const ids = found.slice(0, limit)
  return { ids, next: found.length > limit ? String(ids.at(-1) ?? 0) : null, notes: [] }
}

/** The order stays the same from page to page, whatever is said meanwhile: it is made of what is older than the newest was. */
function rankedPage(database: Database, match: Match, { marker, rank, limit }: { marker: Marker; rank: number; limit: number }): PageOfIds {
  const found = newest(database, scoredRow, 'w.rowid AS id, m.role, substr(m.text, 1, 20000) AS text', match, maxRanked + 1)
  const newestOnes = found.slice(0, maxRanked)
  const scored = newestOnes.map(({ id, role, text }) => ({ id, score: marker.score(text) * roleWeight[role] }))
  const ids = scored.toSorted((a, b) => b.score - a.score || b.id - a.id).map(({ id }) => id)
  const end = rank + limit
  const older = found.length > maxRanked ? String(newestOnes.at(-1)?.id ?? 0) : null
  const next = end < ids.length ? `r${end}.${(found[0]?.id ?? 0) + 1}` : older
  return { ids: ids.slice(rank, end), next, notes: older === null ? [] : [manyFit] }
}

const idRow = z.object({ id: z.number() })
const scoredRow = z.object({ id: z.number(), role: roleNameSchema, text: z.string() })

/**
 * The order of the index is that of time, so it is read from its end for as long as is needed. The bounds have to be whole numbers to
 * SQLite, or it walks to them row by row; numbers of JavaScript are none.
 */
function newest<T>(
  database: Database,
  row: z.ZodType<T>,
  columns: string,
  { words, fromId, toId, where, values }: Match,
  limit: number,
): T[] {
  const sql = `SELECT ${columns} FROM words AS w CROSS JOIN message AS m ON m.id = w.rowid CROSS JOIN source AS s ON s.id = m.source
    WHERE words MATCH ? AND w.rowid >= ? AND w.rowid < ? AND s.gone = 0 AND ${where} ORDER BY w.rowid DESC LIMIT ?`
  return database.all(row, sql, words, BigInt(fromId), BigInt(toId), ...values, limit)
}

const roleWeight: Readonly<Record<z.infer<typeof roleNameSchema>, number>> = {
  title: 2.5,
  user: 1.3,
  assistant: 1.1,
  tool: 0.8,
  system: 0.6,
}

const hitRow = z.object({
  id: z.number(),
  key: z.string(),
  kind: z.enum(['conversation', 'vault']),
  message: z.string().nullable(),
  seq: z.number(),
  role: roleNameSchema,
  at: z.number(),
  title: z.string(),
  tags: z.string(),
  archived: z.number(),
  instance: z.string().nullable(),
  folder: z.string().nullable(),
  text: z.string(),
})
const tagsSchema = z.array(z.string())

function itemsOf(database: Database, ids: readonly number[], marker: Marker): Answer['items'] {
  const sql = `SELECT m.id, s.key, s.kind, m.message, m.seq, m.role, m.at, s.title, s.tags, s.archived, s.instance, s.folder, m.text
    FROM message AS m JOIN source AS s ON s.id = m.source WHERE m.id IN (SELECT value FROM json_each(?))`
  const rows = new Map(database.all(hitRow, sql, JSON.stringify(ids)).map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = rows.get(id)
    if (!row) return []
    const { key, kind, message, seq, role, at, title, tags, archived, instance, folder, text } = row
    const place = { key, kind, messageId: message, seq, role, at, title, tags: tagsSchema.parse(JSON.parse(tags)) }
    return [{ ...place, archived: archived === 1, instance, folder, snippet: marker.snippet(text) }]
  })
}

/** The fields of the call narrow what the words of the query say. */
function withInput(query: Query, { state, role, instanceId, conversationId, keys, from, to }: FindInput): Query {
  const { filters } = query
  if (state !== 'all') filters.archived ??= state === 'archived'
  if (role !== undefined) filters.roles = [role]
  if (conversationId !== undefined) filters.key = conversationId
  if (keys !== undefined) filters.keys = keys
  if (instanceId !== undefined) filters.instances = [instanceId]
  if (from !== undefined) filters.from = Math.max(filters.from ?? 0, Date.parse(from))
  if (to !== undefined) filters.to = Math.min(filters.to ?? Infinity, Date.parse(to))
  return query
}

/** With filters, that nothing fits says nothing about the words. */
function mayWiden({ all, filters, without }: Query): boolean {
  return all.flat().some(({ quoted }) => !quoted) && !isNarrow(filters) && !isNarrow(without)
}

function isEmpty({ all, none, filters, without }: Query): boolean {
  return all.length === 0 && none.length === 0 && !isNarrow(filters) && !isNarrow(without)
}

/** One source alone counts as none: the search is then all about that. */
function isNarrow({ roles, tools, instances, folders, tags, archived, kind, keys, from, to }: Filters): boolean {
  return (
    [roles, tools, instances, folders, tags].some((list) => list.length > 0) ||
    [archived, kind, keys, from, to].some((value) => value !== null)
  )
}
