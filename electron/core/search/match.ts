import { z } from 'zod'
import type { Database, Value } from '../storage/database.ts'
import { fold, hasWord, wordRuns } from './characters.ts'
import { roleFacet, sourceFacet, toolFacet } from './documents.ts'
import { withInside, type Filters, type Query, type Term } from './query.ts'
import { idOfTime } from './schema.ts'

/** A query as SQLite takes it: what the index looks for, and what a row's source has to be. */
export type Match = {
  words: string
  fromId: number
  toId: number
  /** SQL over `s`, the source. */ where: string
  values: Value[]
  /** Sentences about what is not looked for. */ notes: string[]
}

export type Known = { id: string; name: string }

/** So many sources are asked for in the index itself; more are looked up row by row, which is soon done when so many fit. */
const maxFacetSources = 200
const maxInside = 200
const maxBegun = 200
const leastInside = 3
const everyRole = ['user', 'assistant', 'tool', 'system', 'title'] as const

/** Null when nothing can fit. `inside`: words need only be part of a word. */
export function matchOf(database: Database, query: Query, instances: readonly Known[], inside: boolean): Match | null {
  const { all, none, filters, without } = query
  const notes = new Set<string>()
  const matchOfTerm = (term: Term): string => termMatch({ database, notes }, term)
  const required = all.map((group) => either(group.map((term) => matchOfTerm(inside ? withInside(term) : term))))
  const parts = required.length > 0 ? [`{text extra} : (${required.join(' AND ')})`] : []
  const roles = filters.roles.length > 0 ? filters.roles : parts.length > 0 ? [] : [...everyRole]
  if (roles.length > 0) parts.push(facets(roles.map(roleFacet)))
  if (filters.tools.length > 0) parts.push(facets(filters.tools.map(toolMatch)))
  const sources = sourceFilter(filters, without, instances)
  const ids = sources.narrow ? sourceIds(database, sources) : null
  if (ids?.length === 0) return null
  const few = ids !== null && ids.length <= maxFacetSources
  if (few) parts.push(facets(ids.map(sourceFacet)))
  const refused = [
    ...none.map((term) => `{text extra} : (${matchOfTerm(term)})`),
    ...(without.roles.length > 0 ? [facets(without.roles.map(roleFacet))] : []),
    ...(without.tools.length > 0 ? [facets(without.tools.map(toolMatch))] : []),
  ]
  const range = idRange(filters, without)
  if (range.fromId >= range.toId) return null
  const wanted = parts.map((part) => `(${part})`).join(' AND ')
  const words = refused.length === 0 ? wanted : `(${wanted}) NOT (${refused.map((part) => `(${part})`).join(' OR ')})`
  const { where, values } = few ? { where: '1', values: [] } : sources
  return { words, where, values, ...range, notes: [...notes] }
}

type Matching = { database: Database; notes: Set<string> }

/** A word or phrase in the index's own language. It always holds a word. */
function termMatch(matching: Matching, term: Term): string {
  if (term.inside) return insideMatch(matching, term)
  const runs = wordRuns(term.text)
  if (runs.length === 0) return phrase(term.text, false)
  return every(
    runs.map(({ words, open }, index) => {
      if (open) return phrase(words.join(' '), true)
      return term.prefix && index === runs.length - 1 && canExtend(words)
        ? begun(matching.database, words.join(' '))
        : phrase(words.join(' '), false)
    }),
  )
}

/** One letter alone begins too many words; the index of prefixes starts with two. */
function canExtend(words: readonly string[]): boolean {
  return (words.at(-1)?.match(/[\p{L}\p{N}]+$/u)?.[0].length ?? 0) >= 2
}

/**
 * A phrase whose last word may go on. Two and three letters have an index of their own; for more of them SQLite would put the lists of all
 * such words together before it gives the first hit, so they are asked for one by one where they are not too many.
 */
function begun(database: Database, text: string): string {
  const begin = longBegin.exec(text)?.[0] ?? ''
  const words = begin === '' ? null : wordsBeginning(database, begin.toLowerCase())
  if (words === null || words.length === 0) return phrase(text, true)
  const before = text.slice(0, text.length - begin.length)
  return either(words.map((word) => phrase(before + word, false)))
}

/** Of plain letters alone, since the index holds words without accents. */
const longBegin = /(?<![\p{L}\p{N}\p{M}\p{Co}])[A-Za-z0-9]{4,}$/u

/** All words that begin so, null when there are too many. One step for each: the list of a word's messages is not read. */
function wordsBeginning(database: Database, begin: string): string[] | null {
  const words: string[] = []
  for (let from = begin; words.length <= maxBegun;) {
    const next = database.get(termRow, 'SELECT term FROM temp.vocabulary WHERE term >= ? LIMIT 1', from)
    if (!next?.term.startsWith(begin)) return words
    words.push(next.term)
    // No letter or digit comes before 0.
    from = `${next.term}0`
  }
  return null
}

const termRow = z.object({ term: z.string() })

/** Every part of it has to be inside of some word; parts that are too short for that begin one. */
function insideMatch(matching: Matching, term: Term): string {
  const pieces = term.text.split(/[^\p{L}\p{N}]+/u).filter((piece) => piece !== '')
  if (pieces.length === 0 || !pieces.some((piece) => piece.length >= leastInside))
    return termMatch(matching, { ...term, inside: false, prefix: true })
  return every(pieces.filter(hasWord).map((piece) => either([phrase(piece, piece.length >= 2), ...wordsWith(matching, piece)])))
}

function wordsWith({ database, notes }: Matching, piece: string): string[] {
  if (piece.length < leastInside) return []
  const pattern = `%${fold(piece.toLowerCase())}%`
  const found = database.all(z.object({ text: z.string() }), 'SELECT text FROM parts WHERE text LIKE ? LIMIT ?', pattern, maxInside + 1)
  if (found.length > maxInside) notes.add(`“${piece}” stands in very many words, of which ${maxInside} are looked for. Write more of it.`)
  return found.slice(0, maxInside).map(({ text }) => phrase(text, false))
}

function phrase(text: string, open: boolean): string {
  return `"${text.replaceAll('"', ' ').replaceAll('\0', ' ')}"${open ? ' *' : ''}`
}

function toolMatch(name: string): string {
  return phrase(toolFacet(name), name.endsWith('*'))
}

function facets(words: readonly string[]): string {
  return `facets : (${words.join(' OR ')})`
}

function every(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' AND ')})`
}

function either(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' OR ')})`
}

type SourceFilter = { narrow: boolean; where: string; values: Value[] }

function sourceFilter(filters: Filters, without: Filters, instances: readonly Known[]): SourceFilter {
  const wanted = conditionsOf(filters, instances)
  const refused = conditionsOf(without, instances)
  const conditions = [...wanted.map(({ sql }) => sql), ...refused.map(({ sql }) => `NOT coalesce(${sql}, 0)`)]
  const where = conditions.length === 0 ? '1' : conditions.join(' AND ')
  return { narrow: conditions.length > 0, where, values: [...wanted, ...refused].flatMap(({ values }) => values) }
}

function conditionsOf(
  { instances: names, folders, tags, archived, kind, key, keys }: Filters,
  instances: readonly Known[],
): { sql: string; values: Value[] }[] {
  const conditions: { sql: string; values: Value[] }[] = []
  if (archived !== null) conditions.push({ sql: 's.archived = ?', values: [archived ? 1 : 0] })
  if (key !== null) conditions.push({ sql: 's.key = ?', values: [key] })
  if (keys !== null) conditions.push({ sql: 's.key IN (SELECT value FROM json_each(?))', values: [JSON.stringify(keys)] })
  if (kind !== null) conditions.push({ sql: 's.kind = ?', values: [kind] })
  if (names.length > 0) {
    const ids = names.flatMap((name) => instances.filter((one) => isNamed(one, name)).map(({ id }) => id))
    conditions.push({ sql: 's.instance IN (SELECT value FROM json_each(?))', values: [JSON.stringify(ids)] })
  }
  if (folders.length > 0) {
    const sql = folders.map(() => `instr(lower(coalesce(s.folder, '')), ?) > 0`).join(' OR ')
    conditions.push({ sql: `(${sql})`, values: folders.map((folder) => folder.toLowerCase()) })
  }
  if (tags.length > 0) {
    const sql = 'EXISTS (SELECT 1 FROM json_each(s.tags) AS t WHERE lower(t.value) IN (SELECT value FROM json_each(?)))'
    conditions.push({ sql, values: [JSON.stringify(tags.map((tag) => tag.toLowerCase()))] })
  }
  return conditions
}

/** By its id, its name, or how its name begins. */
function isNamed({ id, name }: Known, asked: string): boolean {
  return id === asked || name.toLowerCase().startsWith(asked.toLowerCase())
}

function sourceIds(database: Database, { where, values }: SourceFilter): number[] {
  const sql = `SELECT s.id FROM source AS s WHERE s.gone = 0 AND ${where} LIMIT ?`
  return database.all(z.object({ id: z.number() }), sql, ...values, maxFacetSources + 1).map(({ id }) => id)
}

/** What is refused by time leaves one side of it: `-after:` is `before:` and the other way round. */
function idRange(filters: Filters, without: Filters): { fromId: number; toId: number } {
  const from = Math.max(filters.from ?? 0, without.from === null ? (without.to ?? 0) : 0)
  const to = Math.min(filters.to ?? Infinity, without.from ?? Infinity)
  return { fromId: idOfTime(from), toId: Number.isFinite(to) ? idOfTime(to) : Number.MAX_SAFE_INTEGER }
}
