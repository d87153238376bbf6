import fc from 'fast-check'
import { expect, test } from 'vitest'
import { libraryQuerySchema, type LibraryItem, type LibraryQuery } from '../../../shared/domain/library.ts'
import { forkTree } from './fork-tree.ts'
import { LibraryList } from './library-list.ts'

type Facts = {
  updated: number
  title: string
  bytes: number
  costUsd: number | null
  folder: string | null
  tags: string[]
  origin?: LibraryItem['origin']
  state: LibraryItem['state']
}

const idOf = (number: number) => `conv_${String(number).padStart(12, '0')}`

function itemOf(number: number, { updated, title, bytes, costUsd, folder, tags, origin, state }: Facts): LibraryItem {
  const at = new Date(Date.UTC(2026, 0, 1) + updated * 3_600_000).toISOString()
  const rest = { instanceId: null, forkedFrom: null, deletedAt: null, deletedByClaudeAt: null, messageCount: bytes % 7 }
  return { id: idOf(number), state, title, folder, tags, createdAt: at, updatedAt: at, bytes, costUsd, origin, ...rest }
}

const facts: fc.Arbitrary<Facts> = fc.record({
  updated: fc.nat(80),
  title: fc.constantFrom('Alpha beta', 'beta', 'Gamma', 'alpha'),
  bytes: fc.nat(50),
  costUsd: fc.option(fc.nat(5)),
  folder: fc.option(fc.constantFrom('/a', '/b')),
  tags: fc.subarray(['x', 'y']),
  origin: fc.constantFrom(
    undefined,
    { topic: 'inbox', messageId: 'msg_000000000001' },
    { runId: 'run_000000000001', stepId: 'find', recipe: 'review' },
    { runId: 'run_000000000002', stepId: 'find' },
  ),
  state: fc.constantFrom('active', 'archived', 'claude', 'trash'),
})

const queries: fc.Arbitrary<LibraryQuery> = fc
  .record({
    state: fc.constantFrom('all', 'active', 'archived', 'trash'),
    title: fc.constantFrom(undefined, 'beta', 'ALPHA be'),
    tag: fc.constantFrom(undefined, 'x'),
    folder: fc.constantFrom(undefined, '/a'),
    origin: fc.constantFrom(undefined, undefined, 'none', 'run', 'topic'),
    recipe: fc.constantFrom(undefined, undefined, 'review'),
    runId: fc.constantFrom(undefined, undefined, 'run_000000000002'),
    topic: fc.constantFrom(undefined, undefined, 'inbox'),
    minBytes: fc.constantFrom(undefined, 25),
    sort: fc.constantFrom('updated', 'title', 'size', 'cost', 'messages'),
    order: fc.constantFrom('asc', 'desc'),
    group: fc.constantFrom('none', 'folder', 'day'),
  })
  .map((query) => libraryQuerySchema.parse(query))

test('windows of any list, put together, hold what fits, in order, whatever has changed meanwhile', async () => {
  const step = fc.oneof(
    fc.record({ change: fc.nat(30), to: fc.option(facts) }),
    fc.record({ ask: queries, limit: fc.integer({ min: 1, max: 20 }) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(facts, { maxLength: 30 }), fc.array(step, { minLength: 1, maxLength: 12 }), async (first, steps) => {
      const items = new Map(first.map((fact, number) => [idOf(number), itemOf(number, fact)]))
      const list = new LibraryList({ all: () => items.values(), one: (id) => items.get(id) ?? null })
      const answers: string[][] = []
      const wanted: string[][] = []
      for (const one of steps) {
        if ('ask' in one) {
          answers.push(await whole(list, one.ask, one.limit))
          wanted.push(naive([...items.values()], one.ask))
          continue
        }
        if (one.to) items.set(idOf(one.change), itemOf(one.change, one.to))
        else items.delete(idOf(one.change))
        list.changed(idOf(one.change))
      }
      expect(answers).toEqual(wanted)
    }),
    { numRuns: 150 },
  )
})

/** All windows one behind the other. */
async function whole(list: LibraryList, query: LibraryQuery, limit: number): Promise<string[]> {
  const ids: string[] = []
  for (let offset = 0; ; offset += limit) {
    const window = await list.window(query, { offset, limit })
    ids.push(...window.items.map(({ id }) => id))
    if (offset + limit < window.total) continue
    // What the groups say they have is what there is.
    const inGroups = window.groups.reduce((sum, { count }) => sum + count, 0)
    return query.group === 'none' || inGroups === ids.length ? ids : [`groups hold ${inGroups} of ${ids.length}`]
  }
}

function naive(items: LibraryItem[], query: LibraryQuery): string[] {
  const words = (query.title ?? '').toLowerCase().split(' ')
  const fits = items.filter(
    ({ state, title, tags, folder, bytes, origin }) =>
      (query.state === 'all' ? state !== 'trash' : state === query.state) &&
      words.every((word) => title.toLowerCase().includes(word)) &&
      (query.tag === undefined || tags.includes(query.tag)) &&
      (query.folder === undefined || folder === query.folder) &&
      bytes >= (query.minBytes ?? 0) &&
      (query.origin === undefined || query.origin === kindOf(origin)) &&
      [query.recipe, query.runId, query.topic].every((wanted) => wanted === undefined || Object.values(origin ?? {}).includes(wanted)),
  )
  const value = (item: LibraryItem): number | string => {
    if (query.sort === 'title') return item.title.toLowerCase()
    if (query.sort === 'size') return item.bytes
    if (query.sort === 'cost') return item.costUsd ?? -1
    return query.sort === 'messages' ? item.messageCount : item.updatedAt
  }
  const by = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0)
  const turn = query.order === 'desc' ? -1 : 1
  const sorted = fits.toSorted((a, b) => turn * (by(value(a), value(b)) || by(a.updatedAt, b.updatedAt) || by(a.id, b.id)))
  if (query.group === 'none') return sorted.map(({ id }) => id)
  const keyOf = (item: LibraryItem) => (query.group === 'day' ? new Date(item.updatedAt).toDateString() : (item.folder ?? ''))
  const keys = [...new Set(sorted.map(keyOf))]
  return keys.flatMap((key) => sorted.filter((item) => keyOf(item) === key)).map(({ id }) => id)
}

function kindOf(origin: LibraryItem['origin']): string {
  if (!origin) return 'none'
  return 'topic' in origin ? 'topic' : 'run'
}

test('what can be filtered by is counted, the most frequent first, without the trash', async () => {
  const fact = { updated: 1, title: 't', bytes: 1, costUsd: 0, folder: null, tags: [], state: 'active' as const }
  const run = (recipe: string) => ({ ...fact, origin: { runId: 'run_000000000001', stepId: 'find', recipe } })
  const topic = { ...fact, origin: { topic: 'inbox', messageId: 'msg_000000000001' } }
  const facts = [run('fix'), run('review'), run('review'), topic, fact, { ...topic, state: 'trash' as const }]
  const list = new LibraryList({ all: () => facts.map((one, number) => itemOf(number, one)), one: () => null })
  expect(await list.facets()).toMatchObject({
    recipes: [
      { value: 'review', count: 2 },
      { value: 'fix', count: 1 },
    ],
    topics: [{ value: 'inbox', count: 1 }],
  })
})

test('a long list is sorted in slices and found again at any place', async () => {
  const items = Array.from({ length: 30_000 }, (_, number) =>
    itemOf(number, { updated: (number * 7_919) % 30_000, title: 't', bytes: number, costUsd: 0, folder: null, tags: [], state: 'active' }),
  )
  const list = new LibraryList({ all: () => items, one: () => null })
  const { items: found, total } = await list.window(libraryQuerySchema.parse({}), { offset: 12_345, limit: 3 })
  expect(total).toBe(30_000)
  const wanted = items.toSorted((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)).slice(12_345, 12_348)
  expect(found).toEqual(wanted)
})

test('forks stand behind their parents, and a ring or a parent that is gone does no harm', () => {
  const node = (number: number, from: number | null) => ({
    id: idOf(number),
    title: `${number}`,
    state: 'active' as const,
    messageId: null,
    messageCount: 1,
    updatedAt: new Date(0).toISOString(),
    forkedFrom: from === null ? null : idOf(from),
  })
  const all = [node(1, null), node(2, 1), node(3, 2), node(4, 1), node(5, 99), node(6, 7), node(7, 6)]
  for (const start of [1, 3, 4]) expect(forkTree(idOf(start), all).map(({ title }) => title)).toEqual(['1', '2', '3', '4'])
  expect(forkTree(idOf(5), all)).toMatchObject([{ title: '5', parentId: null }])
  expect(
    forkTree(idOf(6), all)
      .map(({ title }) => title)
      .toSorted(),
  ).toEqual(['6', '7'])
})
