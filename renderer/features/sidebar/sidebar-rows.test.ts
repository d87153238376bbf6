import { expect, test } from 'vitest'
import { byId } from '../../state/pool-store.ts'
import { idOf, sampleApproval, sampleConversation, sampleTurn } from '../../../e2e/support/samples.ts'
import { activeConversations, inHeldOrder, sidebarRows, type SidebarSources } from './sidebar-rows.ts'

const nothing: SidebarSources = {
  instances: new Map(),
  conversations: [],
  approvals: new Map(),
  seen: { since: '2026-01-01T00:00:00.000Z', at: {} },
  more: false,
  folded: false,
  filter: '',
}

const conversation = (number: number, title: string, extra = {}) =>
  sampleConversation({ id: idOf('conv', number), title, updatedAt: `2026-01-0${number}T00:00:00.000Z`, ...extra })

function titles(sources: Partial<SidebarSources>): string[] {
  return sidebarRows({ ...nothing, ...sources }).flatMap((row) => (row.kind === 'conversation' ? [row.conversation.title] : []))
}

function conversationRow(extra: Parameters<typeof sampleConversation>[0], sources: Partial<SidebarSources> = {}) {
  const conversations = [sampleConversation(extra)]
  return sidebarRows({ ...nothing, conversations, ...sources }).find((row) => row.kind === 'conversation')
}

test('an empty app says how to begin', () => {
  expect(sidebarRows(nothing).map(({ kind }) => kind)).toEqual(['instances', 'empty', 'conversations', 'empty'])
})

test('what changed last is first, and what is archived is not there', () => {
  const conversations = activeConversations(
    byId([conversation(1, 'old'), conversation(3, 'new'), conversation(2, 'away', { state: 'archived' })]),
  )
  expect(titles({ conversations })).toEqual(['new', 'old'])
})

test('while an order is held nothing known moves, and what is new comes first', () => {
  const before = [conversation(2, 'second'), conversation(1, 'first')]
  const after = activeConversations(
    byId([conversation(3, 'first', { id: idOf('conv', 1) }), conversation(2, 'second'), conversation(4, 'new')]),
  )
  expect(after.map(({ title }) => title)).toEqual(['new', 'first', 'second'])
  const held = inHeldOrder(
    after,
    before.map(({ id }) => id),
  )
  expect(held.map(({ title }) => title)).toEqual(['new', 'second', 'first'])
})

test('a filter wants all its words, in any order and case', () => {
  const conversations = [conversation(1, 'Retry policy of uploads'), conversation(2, 'Upload speed')]
  expect(titles({ conversations, filter: 'UPLOAD ret' })).toEqual(['Retry policy of uploads'])
})

test('a filter that fits nothing says whether older ones are still looked through', () => {
  const conversations = [conversation(1, 'Something')]
  const last = (more: boolean) => sidebarRows({ ...nothing, conversations, filter: 'else', more }).at(-1)
  expect(last(true)).toMatchObject({ kind: 'empty', text: 'Searching older conversations…' })
  expect(last(false)).toMatchObject({ kind: 'empty', text: 'No matches.' })
})

test('a question says so before anything else', () => {
  const lastTurn = sampleTurn(1, { outcome: null })
  expect(conversationRow({ lastTurn }, { approvals: byId([sampleApproval(1)]) })).toMatchObject({ note: 'asks you' })
  expect(conversationRow({ lastTurn })).toMatchObject({ note: 'working' })
  const failed = { ...lastTurn, outcome: 'failed' as const }
  expect(conversationRow({ lastTurn: failed })).toMatchObject({ note: 'failed' })
  expect(conversationRow({ lastTurn: failed, goesOnAt: '2026-01-01T00:00:00.000Z' })).toMatchObject({ note: 'limit reached' })
})

test('an answer that was not looked at is marked until it was', () => {
  const lastTurn = sampleTurn(1, { outcome: 'done', endedAt: '2026-01-02T00:00:00.000Z' })
  expect(conversationRow({ lastTurn })).toMatchObject({ unread: true })
  expect(conversationRow({ lastTurn }, { seen: { ...nothing.seen, at: { [idOf('conv', 1)]: '2026-01-03T00:00:00.000Z' } } })).toMatchObject(
    { unread: false },
  )
})
