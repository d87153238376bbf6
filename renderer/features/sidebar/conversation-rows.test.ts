import { expect, test } from 'vitest'
import { idOf, sampleConversation, sampleTurn } from '../../../e2e/support/samples.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { conversationRows, emptyWords, idsIn, noteOf, ranked, type ConversationSources } from './conversation-rows.ts'
import { inHeldOrder, placesOf } from './held-order.ts'

const talk = (number: number, extra: Partial<Conversation> = {}) =>
  sampleConversation({ id: idOf('conv', number), title: `t${number}`, cwd: null, ...extra })

const nothing: ConversationSources = {
  conversations: [],
  asking: new Set(),
  pins: [],
  projectOf: ({ cwd }) => (cwd === null ? null : { root: cwd, label: cwd.slice(1), order: cwd.charCodeAt(1) }),
  byProject: true,
  folded: new Set(),
  expanded: new Set(),
  open: null,
  filter: '',
  instanceName: () => null,
}

/** One word for each line. */
function lines(sources: Partial<ConversationSources>): string[] {
  return conversationRows({ ...nothing, ...sources }).map((row) => {
    if (row.kind === 'conversation') return row.conversation.title
    return row.kind === 'more'
      ? `more ${row.count}`
      : row.kind === 'pins'
        ? 'PINNED'
        : row.kind === 'work'
          ? `WORK ${row.count}`
          : `${row.name.toUpperCase()} ${row.count}`
  })
}

const many = [...[1, 2, 3, 4, 5, 6, 7].map((number) => talk(number, { cwd: '/b' })), talk(8, { cwd: '/a' }), talk(9)]

test('projects stand by name, each with its first five; one without a folder comes last', () => {
  expect(lines({ conversations: many })).toEqual(['A 1', 't8', 'B 7', 't1', 't2', 't3', 't4', 't5', 'more 2', 'NO FOLDER YET 1', 't9'])
  expect(lines({ conversations: many, byProject: false })).toEqual(many.map(({ title }) => title))
  expect(lines({ conversations: many.slice(0, 3) })).toEqual(['t1', 't2', 't3'])
})

test('a folded group shows its head and what is open, an expanded one all', () => {
  const folded = new Set(['conversations /b'])
  expect(lines({ conversations: many, folded, open: idOf('conv', 6) })).toEqual(['A 1', 't8', 'B 7', 't6', 'NO FOLDER YET 1', 't9'])
  expect(lines({ conversations: many.slice(0, 8), open: idOf('conv', 7) }).slice(2)).toEqual([
    'B 7',
    't1',
    't2',
    't3',
    't4',
    't5',
    't7',
    'more 1',
  ])
  const expanded = new Set(['conversations /b'])
  expect(lines({ conversations: many.slice(0, 8), expanded }).at(-1)).toBe('more 0')
})

test('pinned ones come first, in the order they were pinned, and are there once', () => {
  const pins = [idOf('conv', 8), idOf('conv', 2)]
  expect(lines({ conversations: many.slice(0, 8), pins })).toEqual(['PINNED', 't8', 't2', 't1', 't3', 't4', 't5', 't6', 't7'])
})

test('those of runs and topics come last, unless one is pinned or asks; a filter finds them', () => {
  const origin = { runId: idOf('run', 1), stepId: 'each' }
  const work = [11, 12, 13, 14, 15, 16, 17, 18].map((number) => talk(number, { cwd: '/b', origin }))
  const conversations = [...work, ...many.slice(0, 2)]
  expect(lines({ conversations })).toEqual(['t1', 't2', 'WORK 8', 't11', 't12', 't13', 't14', 't15', 'more 3'])
  const folded = new Set(['conversations of runs and topics'])
  expect(lines({ conversations, folded, open: idOf('conv', 18), byProject: false })).toEqual(['t1', 't2', 'WORK 8', 't18'])
  const some = { asking: new Set([idOf('conv', 11)]), pins: [idOf('conv', 12)] }
  expect(lines({ conversations: work.slice(0, 3), ...some })).toEqual(['PINNED', 't12', 't11', 'WORK 1', 't13'])
  expect(lines({ conversations, filter: 't18' })).toEqual(['t18'])
})

test('a filter wants all its words, in any order and case, in title or instance, and shows no groups', () => {
  const conversations = [talk(1, { title: 'Retry policy of uploads', cwd: '/a' }), talk(2, { title: 'Upload speed', cwd: '/b' })]
  expect(lines({ conversations, filter: 'UPLOAD ret' })).toEqual(['Retry policy of uploads'])
  expect(lines({ conversations, filter: 'docs speed', instanceName: () => 'Docs' })).toEqual(['Upload speed'])
  expect([emptyWords('else', true), emptyWords('else', false)]).toEqual(['Searching older conversations…', 'No matches.'])
})

test('what asks comes before what runs, and that before the rest', () => {
  const running = talk(2, { lastTurn: sampleTurn(1, { outcome: null }) })
  expect(ranked([talk(1), running, talk(3), talk(4)], new Set([idOf('conv', 4)])).map(({ title }) => title)).toEqual([
    't4',
    't2',
    't1',
    't3',
  ])
})

test('while an order is held nothing known moves, and what is new comes first', () => {
  const held = placesOf([2, 1, 5].map((number) => idOf('conv', number)))
  expect(idsIn(conversationRows({ ...nothing, conversations: inHeldOrder([talk(4), talk(1), talk(2)], held) }))).toEqual(
    [4, 2, 1].map((number) => idOf('conv', number)),
  )
})

test('a question says so before anything else', () => {
  const lastTurn = sampleTurn(1, { outcome: null })
  expect(noteOf(talk(1, { lastTurn }), true)).toBe('asks you')
  expect(noteOf(talk(1, { lastTurn }), false)).toBe('working')
  const failed = { ...lastTurn, outcome: 'failed' as const }
  expect(noteOf(talk(1, { lastTurn: failed }), false)).toBe('failed')
  expect(noteOf(talk(1, { lastTurn: failed, goesOnAt: '2026-01-01T00:00:00.000Z' }), false)).toBe('limit reached')
})
