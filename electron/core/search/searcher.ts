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

/** By relevance, the newest so many that fit are put in order: no search may cost more the longer the history gets. */
const maxRanked = 1_000

/** Answers from the index. A cursor that is none of ours begins at the beginning. */
export function find(database: Database, input: FindInput): Answer {
  const query = withInput(parseQuery(input.q), input)
  if (isEmpty(query)) return { items: [], nextCursor: null, notes: query.notes, inside: false }
  const [, mode = '', place = ''] = /^([wi])(\d{1,17})$/.exec(input.cursor ?? '') ?? []
  const inside = mode === 'i'
  const page = pageOf(database, query, input, inside, place === '' ? null : Number(place))
  if (page.items.length > 0 || mode !== '' || !mayWiden(query)) return { ...page, notes: query.notes, inside }
  // No word is it, and none begins with it: perhaps it stands inside of one.
  const wider = pageOf(database, query, input, true, null)
  return { ...wider, notes: query.notes, inside: wider.items.length > 0 }
}

type Page = Pick<Answer, 'items' | 'nextCursor'>

function pageOf(database: Database, query: Query, input: FindInput, inside: boolean, place: number | null): Page {
  const match = matchOf(database, query, input.instances, inside)
  if (match === null) return { items: [], nextCursor: null }
  const marker = new Marker(query, inside)
  const mode = inside ? 'i' : 'w'
  if (input.sort === 'relevance') {
    const offset = place ?? 0
    const ids = rankedIds(database, match, marker)
    const more = ids.length > offset + input.limit
    return {
      items: itemsOf(database, ids.slice(offset, offset + input.limit), marker),
      nextCursor: more ? `${mode}${offset + input.limit}` : null,
    }
  }
  const ids = newestIds(database, place === null ? match : { ...match, toId: Math.min(match.toId, place) }, input.limit + 1)
  const shown = ids.slice(0, input.limit)
  return { items: itemsOf(database, shown, marker), nextCursor: ids.length > input.limit ? `${mode}${shown.at(-1) ?? 0}` : null }
}

const idRow = z.object({ id: z.number() })

/**
 * The order of the index is that of time, so it is read from its end for as long as is needed. The bounds have to be whole numbers to
 * SQLite, or it walks to them row by row; numbers of JavaScript are none.
 */
function newestIds(database: Database, { words, fromId, toId, where, values }: Match, limit: number): number[] {
  const sql = `SELECT w.rowid AS id FROM words AS w CROSS JOIN message AS m ON m.id = w.rowid CROSS JOIN source AS s ON s.id = m.source
    WHERE words MATCH ? AND w.rowid >= ? AND w.rowid < ? AND s.gone = 0 AND ${where} ORDER BY w.rowid DESC LIMIT ?`
  return database.all(idRow, sql, words, BigInt(fromId), BigInt(toId), ...values, limit).map(({ id }) => id)
}

const roleWeight: Readonly<Record<z.infer<typeof roleNameSchema>, number>> = {
  title: 2.5,
  user: 1.3,
  assistant: 1.1,
  tool: 0.8,
  system: 0.6,
}

function rankedIds(database: Database, match: Match, marker: Marker): number[] {
  const ids = newestIds(database, match, maxRanked)
  const row = z.object({ id: z.number(), role: roleNameSchema, text: z.string() })
  const sql = 'SELECT id, role, substr(text, 1, 20000) AS text FROM message WHERE id IN (SELECT value FROM json_each(?))'
  const scored = database
    .all(row, sql, JSON.stringify(ids))
    .map(({ id, role, text }) => ({ id, score: marker.score(text) * roleWeight[role] }))
  return scored.sort((a, b) => b.score - a.score || b.id - a.id).map(({ id }) => id)
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
function withInput(query: Query, { state, role, instanceId, conversationId, from, to }: FindInput): Query {
  const { filters } = query
  if (state !== 'all') filters.archived ??= state === 'archived'
  if (role !== undefined) filters.roles = [role]
  if (conversationId !== undefined) filters.key = conversationId
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
function isNarrow({ roles, tools, instances, folders, tags, archived, kind, from, to }: Filters): boolean {
  return (
    [roles, tools, instances, folders, tags].some((list) => list.length > 0) || [archived, kind, from, to].some((value) => value !== null)
  )
}
