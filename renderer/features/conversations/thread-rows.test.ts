import { expect, test } from 'vitest'
import type { ConversationEvent } from '../../../shared/domain/event.ts'
import type { Message, ToolUseBlock } from '../../../shared/domain/message.ts'
import { withLatestPage } from '../../state/thread-messages.ts'
import { reduceThreadAll } from '../../state/thread-reducer.ts'
import { at, idOf, sampleApproval, sampleMessage, sampleTurn } from '../../../e2e/support/samples.ts'
import { emptyThread, type ThreadState } from '../../state/thread-state.ts'
import type { ThreadRow } from './thread-row.ts'
import { storedRows as rowsWithDays, withLiveRows } from './thread-rows.ts'

const turnId = idOf('turn', 1)

function bash(toolUseId: string): ToolUseBlock {
  return { type: 'tool_use', toolUseId, name: 'Bash', input: { command: 'ls' } }
}

function result(seq: number, toolUseId: string, output: string, extra: Partial<Message> = {}): Message {
  return sampleMessage(seq, { role: 'tool', blocks: [{ type: 'tool_result', toolUseId, output, isError: false }], ...extra })
}

function user(seq: number, text: string, turn = turnId): Message {
  return sampleMessage(seq, { role: 'user', text, turnId: turn })
}

function thread(messages: Message[], events: ConversationEvent[] = []): ThreadState {
  return reduceThreadAll(withLatestPage(emptyThread, { items: messages, nextCursor: null }), events)
}

/** The rows without the lines between days. */
function storedRows(state: ThreadState): ThreadRow[] {
  return rowsWithDays(state).filter(({ kind }) => kind !== 'day')
}

function kinds(rows: readonly ThreadRow[]): string[] {
  return rows.map((row) => row.kind)
}

test('a turn reads as question, thought, tools, answer', () => {
  const state = thread(
    [
      user(1, 'Why?'),
      sampleMessage(2, { blocks: [{ type: 'thinking', text: 'hm' }] }),
      sampleMessage(3, { blocks: [bash('t1')] }),
      result(4, 't1', 'a.txt'),
      sampleMessage(5, { text: 'Because.' }),
    ],
    [{ type: 'turn', seq: 1, turn: sampleTurn(1, { outcome: 'done' }) }],
  )
  const rows = storedRows(state)
  expect(kinds(rows)).toEqual(['user', 'thinking', 'tool', 'text', 'end'])
  expect(rows[2]).toMatchObject({ call: { output: 'a.txt', state: 'done' } })
  expect(rows[4]).toMatchObject({ answer: 'Because.', newest: true, prompt: { text: 'Why?' } })
})

test('streamed text keeps its key when it is stored', () => {
  const live = thread(
    [user(1, 'Hi')],
    [
      { type: 'turn', seq: 1, turn: sampleTurn(1) },
      { type: 'delta', seq: 2, turnId, kind: 'text', providerId: 'p', index: 1, text: 'Hel' },
    ],
  )
  const before = withLiveRows(storedRows(live), live)
  expect(kinds(before)).toEqual(['user', 'text', 'status'])
  const stored = reduceThreadAll(live, [
    { type: 'message', seq: 3, message: sampleMessage(2, { providerId: 'p', providerIndex: 1, text: 'Hello' }) },
  ])
  const after = withLiveRows(storedRows(stored), stored)
  expect(after[1]).toMatchObject({ key: before[1]?.key, text: 'Hello', live: false })
})

test('rows that did not change are the same objects while text streams', () => {
  const state = thread([user(1, 'Hi')], [{ type: 'delta', seq: 1, turnId, kind: 'text', providerId: 'p', index: 0, text: 'a' }])
  const stored = storedRows(state)
  expect(withLiveRows(stored, state)[0]).toBe(stored[0])
  expect(withLiveRows(stored, { ...state, provisional: new Map() })).toBe(stored)
})

test('a question takes the place of the line of its call', () => {
  const asked: ConversationEvent = { type: 'approval', seq: 1, approval: sampleApproval(1), outcome: 'waiting' }
  const messages = [user(1, 'List'), sampleMessage(2, { blocks: [bash('tool-1')] })]
  expect(kinds(storedRows(thread(messages, [asked])))).toEqual(['user', 'approval'])
  const answered = thread(messages, [asked, { type: 'approval', seq: 2, approval: sampleApproval(1), outcome: 'denied' }])
  expect(storedRows(answered)[1]).toMatchObject({ kind: 'tool', call: { approval: { outcome: 'denied' } } })
})

test('a question without its call is shown all the same', () => {
  const state = thread([user(1, 'x')], [{ type: 'approval', seq: 1, approval: sampleApproval(9), outcome: 'waiting' }])
  expect(kinds(storedRows(state))).toEqual(['user', 'approval'])
})

test('the work of a sub-agent is inside its call, its question is not hidden there', () => {
  const task: ToolUseBlock = { type: 'tool_use', toolUseId: 'task', name: 'Task', input: { description: 'look' } }
  const messages = [
    user(1, 'Go'),
    sampleMessage(2, { blocks: [task] }),
    sampleMessage(3, { text: 'looking', parentToolUseId: 'task' }),
    sampleMessage(4, { blocks: [bash('tool-1')], parentToolUseId: 'task' }),
  ]
  const state = thread(messages, [
    { type: 'turn', seq: 1, turn: sampleTurn(1) },
    { type: 'approval', seq: 2, approval: sampleApproval(1), outcome: 'waiting' },
    { type: 'delta', seq: 3, turnId, kind: 'text', providerId: 'p', index: 0, text: 'and', parentToolUseId: 'task' },
  ])
  const rows = withLiveRows(storedRows(state), state)
  expect(kinds(rows)).toEqual(['user', 'tool', 'approval', 'status'])
  const call = rows[1]?.kind === 'tool' ? rows[1].call : null
  expect(kinds(call?.children ?? [])).toEqual(['text', 'tool', 'text'])
  expect(rows[2]).toMatchObject({ agent: true })
})

test('a turn that was cut off names the tools that may have run', () => {
  const state = thread(
    [user(1, 'Go'), sampleMessage(2, { blocks: [bash('t1')] })],
    [{ type: 'turn', seq: 1, turn: sampleTurn(1, { outcome: 'lost' }) }],
  )
  const rows = storedRows(state)
  expect(rows[1]).toMatchObject({ call: { state: 'unknown' } })
  expect(rows[2]).toMatchObject({ kind: 'end', toolsUnknown: ['Bash'] })
})

test('notices stand where they came', () => {
  const notice = (time: string) => ({
    level: 'info' as const,
    code: 'COMPACTED',
    message: time,
    instanceId: null,
    conversationId: null,
    at: time,
  })
  const messages = [user(1, 'a'), { ...user(2, 'b', idOf('turn', 2)), createdAt: '2026-01-02T03:05:00.000Z' }]
  const state = thread(messages, [
    { type: 'notice', seq: 1, notice: notice(at.replace('05.000', '30.000')) },
    { type: 'notice', seq: 2, notice: notice('2026-01-02T03:06:00.000Z') },
  ])
  expect(kinds(storedRows(state))).toEqual(['user', 'note', 'user', 'note'])
})

test('ten thousand messages become rows, each call with its result', () => {
  const messages = Array.from({ length: 10_000 }, (_, seq) =>
    seq % 4 === 0
      ? user(seq, 'q', idOf('turn', seq >> 2))
      : seq % 4 === 1
        ? sampleMessage(seq, { blocks: [bash(`t${seq}`)] })
        : seq % 4 === 2
          ? result(seq, `t${seq - 1}`, 'out')
          : sampleMessage(seq),
  )
  const state = thread(messages)
  const rows = storedRows(state)
  expect(rows.length).toBe(7500)
})

test('what a call shows is the same while it is watched and after the conversation was opened again', () => {
  const messages = [
    user(1, 'x'),
    sampleMessage(2, { blocks: [bash('tool-1')] }),
    result(3, 'tool-1', 'out', { createdAt: '2026-01-02T03:04:14.000Z' }),
  ]
  const approval = { ...sampleApproval(1), toolUseId: 'tool-1' }
  const tool = { toolUseId: 'tool-1', turnId, name: 'Bash', state: 'done' as const, durationMs: 140, startedAt: at }
  const ended: ConversationEvent = { type: 'turn', seq: 9, turn: sampleTurn(1, { outcome: 'done' }) }
  const watched = thread(messages, [{ type: 'approval', seq: 1, approval, outcome: 'allowed' }, { type: 'tool', seq: 2, tool }, ended])
  const page = { items: messages, nextCursor: null, tools: [{ ...tool, approval: { outcome: 'allowed' as const } }] }
  const opened = reduceThreadAll(withLatestPage(emptyThread, page), [ended])
  expect(storedRows(opened)).toEqual(storedRows(watched))
  expect(storedRows(opened)[1]).toMatchObject({ call: { durationMs: 140, approval: { outcome: 'allowed' } } })
})

test('a line stands where a day begins, at the top only where nothing came before', () => {
  const days = ['2026-01-01T12:00:00.000Z', '2026-01-01T12:30:00.000Z', '2026-01-03T12:00:00.000Z']
  const messages = days.map((createdAt, index) =>
    sampleMessage(index + 1, { role: 'user', text: 'Hi', turnId: idOf('turn', index), createdAt }),
  )
  const whole = withLatestPage(emptyThread, { items: messages, nextCursor: null })
  expect(kinds(rowsWithDays(whole))).toEqual(['day', 'user', 'user', 'day', 'user'])
  const part = withLatestPage(emptyThread, { items: messages, nextCursor: '1' })
  expect(kinds(rowsWithDays(part))).toEqual(['user', 'user', 'day', 'user'])
})

test('the end of a task is not said twice where Claude goes on because of it', () => {
  const note = (seq: number, kind: string, taskId: string, turn: number) =>
    sampleMessage(seq, {
      role: 'system',
      text: kind,
      turnId: idOf('turn', turn),
      notice: { kind, level: 'info', data: { taskId } },
    })
  const texts = (messages: Message[]) => storedRows(thread(messages)).flatMap((row) => (row.kind === 'note' ? [row.text] : []))
  expect(texts([user(1, 'Go'), note(2, 'background', 'b1', 1), note(3, 'continued', 'b1', 2)])).toEqual(['continued'])
  expect(texts([user(1, 'Go'), note(2, 'background', 'b1', 1), note(3, 'continued', 'b2', 2)])).toEqual(['background', 'continued'])
})
