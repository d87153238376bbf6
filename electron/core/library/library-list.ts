import type { LibraryFacets, LibraryItem, LibraryQuery, LibrarySort, LibraryWindow } from '../../../shared/domain/library.ts'
import { asksForOrigin, fitsOrigin } from '../../../shared/domain/work-origin.ts'
import { SortedRows, type Row } from './sorted-rows.ts'
import { breathe } from '../storage/breathe.ts'

/** What the list is made of: `one` answers null for what is no longer there. */
export type LibrarySource = {
  /** Resolves when all are known. */
  ready?: () => Promise<unknown>
  all: () => Iterable<LibraryItem>
  one: (id: string) => LibraryItem | null
}

type View = { rows: readonly Row[]; groups: { key: string; count: number }[]; messages: number; bytes: number }

const maxViews = 4
const sliceRows = 10_000

/**
 * The library's rows in memory: made at the first question, kept up to date by what is told to have changed, and read in
 * windows. Orders and filtered views are kept as long as nothing changes, so a window deep in a long list costs nothing.
 */
export class LibraryList {
  readonly #source: LibrarySource
  readonly #rows = new Map<string, Row>()
  readonly #orders = new Map<LibrarySort, SortedRows>()
  readonly #views = new Map<string, View>()
  readonly #changed = new Set<string>()
  #filled = false
  #revision = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(source: LibrarySource) {
    this.#source = source
  }

  get revision(): number {
    return this.#revision
  }

  /** To be called when a row was made, changed or removed. */
  changed(id: string): void {
    this.#changed.add(id)
    this.#revision += 1
  }

  async window(query: LibraryQuery, { offset, limit }: { offset: number; limit: number }): Promise<LibraryWindow> {
    const { rows, groups, messages, bytes } = await this.#view(query)
    const items = rows.slice(offset, offset + limit).map(({ item }) => item)
    return { items, offset, total: rows.length, groups, messages, bytes, revision: this.#revision }
  }

  /** All that a filter lets through, in order. */
  async items(query: LibraryQuery): Promise<LibraryItem[]> {
    return (await this.#view(query)).rows.map(({ item }) => item)
  }

  async facets(): Promise<LibraryFacets> {
    await this.#inTurn(() => this.#update())
    const none = () => new Map<string, number>()
    const counts = { instances: none(), folders: none(), tags: none(), states: none(), recipes: none(), topics: none() }
    for (const { item } of this.#rows.values()) {
      count(counts.states, item.state)
      if (item.state === 'trash') continue
      if (item.instanceId !== null) count(counts.instances, item.instanceId)
      if (item.folder !== null) count(counts.folders, item.folder)
      for (const tag of item.tags) count(counts.tags, tag)
      if (item.origin && 'topic' in item.origin) count(counts.topics, item.origin.topic)
      else if (item.origin?.recipe !== undefined) count(counts.recipes, item.origin.recipe)
    }
    return {
      instances: facet(counts.instances),
      folders: facet(counts.folders),
      tags: facet(counts.tags),
      states: facet(counts.states),
      recipes: facet(counts.recipes),
      topics: facet(counts.topics),
    }
  }

  /** One question after another: each sees the rows of one moment. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  #view(query: LibraryQuery): Promise<View> {
    return this.#inTurn(async () => {
      await this.#update()
      const key = JSON.stringify(query)
      const known = this.#views.get(key)
      if (known) return known
      const order = await this.#order(query.sort)
      const rows = await this.#filtered(order.rows, query)
      const view = query.group === 'none' ? { rows, groups: [] } : grouped(rows, query)
      let [messages, bytes] = [0, 0]
      for (const { item } of view.rows) {
        messages += item.messageCount
        bytes += item.bytes
      }
      const made = { ...view, messages, bytes }
      this.#views.set(key, made)
      const [oldest] = this.#views.keys()
      if (this.#views.size > maxViews && oldest !== undefined) this.#views.delete(oldest)
      return made
    })
  }

  async #order(sort: LibrarySort): Promise<SortedRows> {
    const known = this.#orders.get(sort)
    if (known) return known
    const order = new SortedRows(sort)
    await order.update([...this.#rows.values()], false)
    this.#orders.set(sort, order)
    return order
  }

  async #filtered(rows: readonly Row[], query: LibraryQuery): Promise<Row[]> {
    const fits = filterOf(query)
    const found: Row[] = []
    const backwards = query.order === 'desc'
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[backwards ? rows.length - 1 - at : at]
      if (row && fits(row)) found.push(row)
      if (at % sliceRows === sliceRows - 1) await breathe()
    }
    return found
  }

  async #update(): Promise<void> {
    if (!this.#filled) {
      await this.#source.ready?.()
      this.#filled = true
      this.#changed.clear()
      this.#views.clear()
      this.#orders.clear()
      this.#rows.clear()
      let count = 0
      for (const item of this.#source.all()) {
        this.#rows.set(item.id, rowOf(item))
        count += 1
        if (count % 5_000 === 0) await breathe()
      }
    }
    if (this.#changed.size === 0) return
    const ids = [...this.#changed]
    this.#changed.clear()
    this.#views.clear()
    const fresh: Row[] = []
    let someGone = false
    for (const [index, id] of ids.entries()) {
      if (index % sliceRows === sliceRows - 1) await breathe()
      const old = this.#rows.get(id)
      if (old) someGone = old.gone = true
      const item = this.#source.one(id)
      const row = item && rowOf(item)
      if (row) this.#rows.set(id, row)
      else this.#rows.delete(id)
      if (row) fresh.push(row)
    }
    for (const order of this.#orders.values()) await order.update(fresh, someGone)
  }
}

function rowOf(item: LibraryItem): Row {
  const updated = Date.parse(item.updatedAt)
  return { item, updated, created: Date.parse(item.createdAt), title: item.title.toLowerCase(), day: dayOf(updated), gone: false }
}

/** The day on the calendar of this machine, as `2026-01-31`. */
function dayOf(time: number): string {
  const date = new Date(time)
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}

function filterOf(query: LibraryQuery): (row: Row) => boolean {
  const { state, instanceId, folder, tag, source, target, minBytes, minCostUsd } = query
  const from = query.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(query.from)
  const to = query.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(query.to)
  const isOfOrigin = asksForOrigin(query)
  const words = (query.title ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return ({ item, updated, title }) =>
    (state === 'all' ? item.state !== 'trash' : item.state === state) &&
    (instanceId === undefined || item.instanceId === instanceId) &&
    (folder === undefined || item.folder === folder) &&
    (tag === undefined || item.tags.includes(tag)) &&
    (source === undefined || item.source === source) &&
    (target === undefined || item.target === target) &&
    (!isOfOrigin || fitsOrigin(item.origin, query)) &&
    updated >= from &&
    updated < to &&
    (minBytes === undefined || item.bytes >= minBytes) &&
    (minCostUsd === undefined || (item.costUsd ?? 0) >= minCostUsd) &&
    words.every((word) => title.includes(word))
}

/** Groups in the order in which their first row comes; rows keep their order within them. */
function grouped(rows: readonly Row[], { group }: LibraryQuery): Pick<View, 'rows' | 'groups'> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = group === 'day' ? row.day : (row.item.folder ?? '')
    const known = groups.get(key)
    if (known) known.push(row)
    else groups.set(key, [row])
  }
  return { rows: [...groups.values()].flat(), groups: [...groups].map(([key, { length }]) => ({ key, count: length })) }
}

function count(counts: Map<string, number>, value: string): void {
  counts.set(value, (counts.get(value) ?? 0) + 1)
}

const mostFacets = 150

function facet(counts: Map<string, number>): { value: string; count: number }[] {
  const all = [...counts].map(([value, number]) => ({ value, count: number }))
  return all.toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, mostFacets)
}
