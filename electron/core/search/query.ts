import type { Role } from '../../../shared/domain/message.ts'
import { hasWord } from './characters.ts'

/** A word or a phrase. `prefix`: words that begin so; `inside`: words that hold it anywhere. */
export type Term = {
  text: string
  prefix: boolean
  inside: boolean
  /** It stood between quotation marks: words are meant as they are. */ quoted: boolean
}

/** Where to look: what a message, or its conversation, has to be. A list is met by any of its values. */
export type Filters = {
  roles: (Role | 'title')[]
  tools: string[]
  instances: string[]
  folders: string[]
  tags: string[]
  archived: boolean | null
  /** `conversation`: made here; `vault`: Claude Code's own. */
  kind: 'conversation' | 'vault' | null
  /** One source alone. */
  key: string | null
  /** One of these; null: any. */
  keys: string[] | null
  /** Milliseconds; from this time on. */
  from: number | null
  /** Milliseconds; up to, but not, this time. */
  to: number | null
}

/** What a query means: each group of terms must have one that fits, and none of `none` may. */
export type Query = {
  all: Term[][]
  none: Term[]
  filters: Filters
  without: Filters
  /** Sentences about what was not understood. */ notes: string[]
}

/** The same word, wherever it stands inside of another. */
export function withInside(term: Term): Term {
  return term.quoted ? term : { ...term, inside: true }
}

const roleNames = ['user', 'assistant', 'tool', 'system', 'title'] as const
const maxTerms = 32

/**
 * Reads what a person typed. It understands words, `"phrases"`, `begin*`, `*inside*`, `-not`, `this OR that` and the filters
 * `role:` `tool:` `instance:` `folder:` `tag:` `before:` `after:` `on:` `is:`, each also with `-`. Whatever else it is taken as words, so nothing that
 * can be typed is an error. The last word may be unfinished; a space behind it says that it is whole.
 */
export function parseQuery(text: string, now = new Date()): Query {
  const query: Query = { all: [], none: [], filters: noFilters(), without: noFilters(), notes: [] }
  const parts = partsOf(text.slice(0, maxLength))
  let joins = false
  for (const [index, part] of parts.entries()) {
    if (part.quoted === null && part.text === 'OR' && query.all.length > 0 && index < parts.length - 1) {
      joins = true
      continue
    }
    if (part.quoted === null && takeFilter(query, part, now)) continue
    takeTerm(query, termOf(part, index === parts.length - 1 && !/\s$/.test(text)), part.not, joins)
    joins = false
  }
  if (text.length > maxLength) query.notes.push(`Only the first ${maxLength} characters of a search are used.`)
  return query
}

const maxLength = 1_000

type Part = { not: boolean; text: string; /** What stood between quotation marks. */ quoted: string | null }

/** A quotation mark that is not closed reaches to the end. */
function partsOf(text: string): Part[] {
  return Array.from(text.matchAll(/(-?)(?:"([^"]*)"?|“([^”]*)”?|([a-z]+:"[^"]*"?|\S+))/g), ([, not = '', straight, curly, word = '']) => ({
    not: not === '-',
    quoted: straight ?? curly ?? null,
    text: word,
  }))
}

function termOf({ text, quoted }: Part, last: boolean): Term {
  if (quoted !== null) return { text: quoted, prefix: false, inside: false, quoted: true }
  const inside = /^\*.+/.test(text)
  const bare = text.replace(/^\*|\*$/g, '')
  return { text: bare, prefix: !inside && (text.endsWith('*') || (last && /[\p{L}\p{N}]$/u.test(bare))), inside, quoted: false }
}

function takeTerm(query: Query, term: Term, not: boolean, joins: boolean): void {
  if (!hasWord(term.text)) {
    if (term.text !== '') query.notes.push(`“${term.text}” holds no letter or digit, so it is left out.`)
    return
  }
  if (query.all.length + query.none.length >= maxTerms) {
    if (!query.notes.includes(tooMany)) query.notes.push(tooMany)
    return
  }
  const group = query.all.at(-1)
  if (not) query.none.push(term)
  else if (joins && group) group.push(term)
  else query.all.push([term])
}

const tooMany = `Only the first ${maxTerms} words of a search are used.`

function takeFilter(query: Query, { text, not }: Part, now: Date): boolean {
  const [, name = '', value = ''] = /^([a-z]+):"?([^"]*)/.exec(text) ?? []
  const take = filterTakers[name]
  if (!take) return false
  // It is being typed.
  if (value.trim() === '') return true
  const fault = take(not ? query.without : query.filters, value.trim(), now)
  if (fault !== null) query.notes.push(fault)
  return true
}

type Taker = (filters: Filters, value: string, now: Date) => string | null

const filterTakers: Readonly<Record<string, Taker>> = {
  role: (filters, value) => {
    const role = roleNames.find((one) => one === value.toLowerCase() || (one === 'assistant' && value.toLowerCase() === 'claude'))
    if (!role) return `role:${value} is no role. Write role:user, role:assistant, role:tool or role:title.`
    filters.roles.push(role)
    return null
  },
  tool: (filters, value) => push(filters.tools, value),
  instance: (filters, value) => push(filters.instances, value),
  folder: (filters, value) => push(filters.folders, value),
  tag: (filters, value) => push(filters.tags, value),
  is: (filters, value) => {
    if (value === 'archived') filters.archived = true
    else if (value === 'active') filters.archived = false
    else if (value === 'vault') filters.kind = 'vault'
    else return `is:${value} is not known. Write is:archived, is:active or is:vault.`
    return null
  },
  after: (filters, value, now) => withTime(value, now, 'after', ([from]) => (filters.from = Math.max(filters.from ?? 0, from))),
  before: (filters, value, now) => withTime(value, now, 'before', ([from]) => (filters.to = Math.min(filters.to ?? Infinity, from))),
  on: (filters, value, now) =>
    withTime(value, now, 'on', ([from, to]) => {
      filters.from = from
      filters.to = to
    }),
}

function push(list: string[], value: string): null {
  list.push(value)
  return null
}

function withTime(value: string, now: Date, name: string, take: (range: [from: number, to: number]) => void): string | null {
  const range = rangeOf(value, now)
  if (range === null) return `${name}:${value} is no date. Write ${name}:2026-03-01, ${name}:2026-03, ${name}:today or ${name}:7d.`
  take(range)
  return null
}

/** A day, a month, a year, a time, `today`, `yesterday`, or so many days (`7d`), weeks, months or years ago; in local time. */
function rangeOf(value: string, now: Date): [from: number, to: number] | null {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  if (value === 'today') return dayRange(day, 0)
  if (value === 'yesterday') return dayRange(day, -1)
  const ago = /^(\d{1,4})([dwmy])$/.exec(value)
  if (ago) return dayRange(day, -Number(ago[1]) * ({ d: 1, w: 7, m: 30, y: 365 }[ago[2] ?? 'd'] ?? 1))
  const parts = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value)
  if (parts) return calendarRange(Number(parts[1]), parts[2], parts[3])
  const time = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? null : [time, time + 1]
}

function dayRange(day: Date, days: number): [number, number] {
  const from = new Date(day.getFullYear(), day.getMonth(), day.getDate() + days)
  return [from.getTime(), new Date(from.getFullYear(), from.getMonth(), from.getDate() + 1).getTime()]
}

function calendarRange(year: number, month: string | undefined, day: string | undefined): [number, number] | null {
  const m = month === undefined ? 0 : Number(month) - 1
  const d = day === undefined ? 1 : Number(day)
  const from = new Date(year, m, d)
  if (from.getMonth() !== m || from.getDate() !== d) return null
  const to = day !== undefined ? new Date(year, m, d + 1) : month !== undefined ? new Date(year, m + 1, 1) : new Date(year + 1, 0, 1)
  return [from.getTime(), to.getTime()]
}

function noFilters(): Filters {
  return {
    roles: [],
    tools: [],
    instances: [],
    folders: [],
    tags: [],
    archived: null,
    kind: null,
    key: null,
    keys: null,
    from: null,
    to: null,
  }
}
