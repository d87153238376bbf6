import { describe, expect, test } from 'vitest'
import { ConversationFold } from '../conversations/conversation-fold.ts'
import { parseEntry, type Entry } from '../conversations/entry.ts'
import { parseTranscriptLine } from '../vault/transcript.ts'
import { entriesOfTranscript } from './from-transcript.ts'

import fc from 'fast-check'
import { base, type Line, sessionId, at, user, claude, text, call, result } from './transcript-lines.ts'

function converted(lines: readonly Line[], agents: ReadonlyMap<string, readonly Line[]> = new Map()): Entry[] {
  const parse = (some: readonly Line[]) =>
    some.flatMap((line) => {
      const parsed = parseTranscriptLine(JSON.stringify(line))
      return typeof parsed === 'string' ? [] : [parsed]
    })
  return (
    entriesOfTranscript({
      sessionId,
      lines: parse(lines),
      agents: [...agents].map(([agentId, some]) => ({ agentId, lines: parse(some) })),
    }) ?? []
  )
}

function folded(entries: readonly Entry[]): ConversationFold {
  const fold = new ConversationFold('conv_000000000000')
  for (const entry of entries) fold.apply(entry, { offset: 0, length: 0 })
  return fold
}

describe('a transcript of Claude Code', () => {
  test('becomes messages, tools and turns, with each token counted once', () => {
    const entries = converted([
      user('1', null, 'go', 1),
      claude('2', '1', text('first'), 2, 'm1'),
      claude('3', '2', call('t1'), 5, 'm1'),
      user('4', '3', result('t1'), 8),
      claude('5', '4', text('done'), 9, 'm2'),
      user('6', '5', 'more', 20),
      claude('7', '6', text('yes'), 21),
      { type: 'custom-title', customTitle: 'Mine', sessionId },
    ])
    const { conversation, openTurns, turns } = folded(entries)
    expect(conversation).toMatchObject({
      title: 'Mine',
      titleIsAutomatic: false,
      sessionId,
      cwd: '/w',
      messageCount: 7,
      turnCount: 2,
      damagedEntries: 0,
    })
    expect(conversation).toMatchObject({
      createdAt: at(1),
      updatedAt: at(21),
      costUsd: 0.0009305,
      usage: { input: 9, output: 5 + 9 + 21, cacheRead: 21, cacheWrite: 0 },
    })
    expect([openTurns.size, turns.size]).toEqual([0, 2])
    expect(entries.find((entry) => entry.type === 'tool')).toMatchObject({ tool: { name: 'Task', state: 'done', durationMs: 3_000 } })
    expect(entries.flatMap((entry) => (entry.type === 'turn' ? [[entry.turn.text, entry.turn.timing.totalMs]] : []))).toEqual([
      ['done', 8_000],
      ['yes', 1_000],
    ])
  })

  test('keeps what an edit took the place of, as replaced messages where they stood', () => {
    const entries = converted([
      user('1', null, 'one', 1),
      claude('2', '1', text('two'), 2),
      user('3', '2', 'old', 3),
      claude('4', '3', text('old answer'), 4),
      user('5', '2', 'new', 5),
      claude('6', '5', text('new answer'), 6),
    ])
    const { messages, conversation } = folded(entries)
    const said = new Map(entries.flatMap((entry) => (entry.type === 'message' ? [[entry.seq, entry.message.text] as const] : [])))
    expect(messages.map(({ seq, superseded }) => [said.get(seq), superseded])).toEqual([
      ['one', false],
      ['two', false],
      ['old', true],
      ['old answer', true],
      ['new', false],
      ['new answer', false],
    ])
    expect(conversation.messageCount).toBe(4)
  })

  test('has the work of sub-agents under the call they worked for, whether in the same file or beside it', () => {
    const main = [
      user('1', null, 'go', 1),
      claude('2', '1', call('t1', 'look around'), 2),
      user('3', '2', result('t1'), 9),
      claude('4', '3', text('ok'), 10),
    ]
    const chain = [user('a', null, 'look around', 3), claude('b', 'a', text('I look'), 4)].map((line) => ({
      ...line,
      isSidechain: true,
      agentId: 'x',
    }))
    for (const entries of [converted([...main, ...chain]), converted(main, new Map([['x', chain]]))]) {
      const said = entries.flatMap((entry) => (entry.type === 'message' ? [[entry.message.text, entry.message.parentToolUseId]] : []))
      expect(said).toEqual([
        ['go', undefined],
        ['', undefined],
        ['look around', 't1'],
        ['I look', 't1'],
        ['', undefined],
        ['ok', undefined],
      ])
    }
  })

  test('has two sub-agents with the same words under two calls, and one of a sub-agent under its own', () => {
    const of = (agentId: string, lines: readonly Line[]): [string, Line[]] => [
      agentId,
      lines.map((line) => ({ ...line, isSidechain: true, agentId })),
    ]
    const main = [
      user('1', null, 'go', 1),
      claude('2', '1', call('t1', 'look'), 2),
      claude('3', '2', call('t2', 'look'), 2),
      user('4', '3', result('t1'), 9),
      user('5', '4', result('t2'), 9),
    ]
    const agents = new Map([
      of('y', [user('y1', null, 'look', 4), claude('y2', 'y1', text('second'), 5)]),
      of('x', [user('x1', null, 'look', 3), claude('x2', 'x1', call('t3', 'deeper'), 4), user('x3', 'x2', result('t3'), 6)]),
      of('z', [user('z1', null, 'deeper', 4), claude('z2', 'z1', text('deep'), 5)]),
      of('w', [user('w1', null, 'nobody asked', 7), claude('w2', 'w1', text('left'), 8)]),
    ])
    const entries = converted(main, agents)
    const said = entries.flatMap((entry) => (entry.type === 'message' ? [[entry.message.text, entry.message.parentToolUseId]] : []))
    expect(said.filter(([words]) => words !== '' && words !== 'look' && words !== 'deeper')).toEqual([
      ['go', undefined],
      ['deep', 't3'],
      ['second', 't2'],
      ['nobody asked', 'agent w'],
      ['left', 'agent w'],
    ])
    expect(converted(main, new Map([...agents].toReversed()))).toEqual(entries)
  })

  test('takes commands and their output for what they are, and names the session by what was asked', () => {
    const entries = converted([
      user('0', null, '<command-name>/clear</command-name><command-message>clear</command-message>', 1),
      user('1', '0', '<local-command-stdout></local-command-stdout>', 1),
      user('2', '1', [text('<ide_opened_file>The user opened the file /w/a.ts in the IDE.</ide_opened_file>'), text('Explain it.')], 2),
      claude('3', '2', text('It is a cart.'), 3),
      user('4', '3', '<bash-input>ls</bash-input>', 4),
      user('5', '4', '<bash-stdout>a.ts</bash-stdout><bash-stderr></bash-stderr>', 4),
      { type: 'summary', summary: 'Of another session', leafUuid: 'x' },
      { type: 'custom-title', customTitle: 'Mine' },
      { type: 'custom-title', customTitle: '' },
    ])
    const said = entries.flatMap((entry) => (entry.type === 'message' ? [[entry.message.role, entry.message.text]] : []))
    expect(said).toEqual([
      ['system', '/clear'],
      ['system', 'Opened in the editor: /w/a.ts'],
      ['user', 'Explain it.'],
      ['assistant', 'It is a cart.'],
      ['system', '! ls'],
      ['system', 'a.ts'],
    ])
    expect(folded(entries).conversation).toMatchObject({ title: 'Explain it.', titleIsAutomatic: true, turnCount: 1 })
  })

  test('has what Claude says to a `!` command as a turn of its own, where Claude was given it', () => {
    const shell = (parent: string) => [
      user('b1', parent, '<bash-input>make</bash-input>', 10),
      user('b2', 'b1', '<bash-stdout>broken</bash-stdout><bash-stderr></bash-stderr>', 11),
    ]
    const start = [user('1', null, 'go', 1), claude('2', '1', text('gone'), 2)]
    const turnsOf = (lines: readonly Line[]) =>
      converted(lines).flatMap((entry) => (entry.type === 'turn' ? [[entry.turn.text, entry.turn.timing.totalMs]] : []))
    const attached = {
      ...base,
      type: 'attachment',
      uuid: 'a1',
      parentUuid: 'b2',
      timestamp: at(12),
      attachment: { type: 'date', date: 'x' },
    }
    expect(
      turnsOf([...start, ...shell('2'), attached, claude('3', 'a1', text('Mend it.'), 13), claude('4', '3', text('So.'), 15)]),
    ).toEqual([
      ['gone', 1_000],
      ['So.', 5_000],
    ])
    // Shown only: what comes next answers the next prompt.
    expect(turnsOf([...start, ...shell('2'), user('3', 'b2', 'and?', 20), claude('4', '3', text('well'), 22)])).toEqual([
      ['gone', 1_000],
      ['well', 2_000],
    ])
    // Typed while Claude worked: its answer hangs where it was asked.
    expect(turnsOf([...start, ...shell('1'), claude('3', '2', text('more'), 14)])).toEqual([['more', 13_000]])
  })

  test('knows a command that Claude Code did not know for no prompt', () => {
    const line = { ...base, type: 'system', subtype: 'local_command', uuid: 's1', parentUuid: null, timestamp: at(1), content: '/nope x' }
    const unknown = {
      ...line,
      uuid: 's2',
      parentUuid: 's1',
      content: '<local-command-stdout>Unknown command: /nope</local-command-stdout>',
    }
    const asked = [user('1', 's2', 'go', 3), claude('2', '1', text('gone'), 4)]
    expect(folded(converted([line, unknown, ...asked])).conversation).toMatchObject({ title: 'go', turnCount: 1 })
    expect(folded(converted([line, unknown])).conversation.title).toBe('/nope')
  })

  test('goes on after a compaction whose summary stands beside what was asked next, and an edit there is one', () => {
    const boundary = (uuid: string, parent: string, second: number): Line => ({
      ...base,
      type: 'system',
      subtype: 'compact_boundary',
      uuid,
      parentUuid: null,
      logicalParentUuid: parent,
      timestamp: at(second),
      content: 'Conversation compacted',
    })
    const summary = user('s', 'c', 'This session is being continued.', 4, { isCompactSummary: true })
    const start = [user('1', null, 'one', 1), claude('2', '1', text('first'), 2), boundary('c', '2', 3), summary]
    const next = [user('3', 'c', 'two', 6), claude('4', '3', text('second'), 7)]
    const said = (lines: readonly Line[]) => {
      const entries = converted(lines)
      const replaced = new Set(folded(entries).messages.flatMap(({ seq, superseded }) => (superseded ? [seq] : [])))
      const texts = entries.flatMap((entry) =>
        entry.type === 'message' ? [`${replaced.has(entry.seq) ? '-' : ''}${entry.message.text}`] : [],
      )
      return texts.filter((each) => !each.includes('ompacted'))
    }
    const shown = ['one', 'first', 'This session is being continued.', 'two', 'second']
    expect(said([...start, ...next])).toEqual(shown)
    const edit = [user('5', 'c', 'other', 8), claude('6', '5', text('third'), 9)]
    expect(said([...start, ...next, ...edit])).toEqual([...shown.slice(0, 3), '-two', '-second', 'other', 'third'])
  })

  test('has what was typed while Claude worked in the turn that it was typed in, and what a tool at the model’s side answered', () => {
    const entries = converted([
      user('1', null, 'go', 1),
      claude('2', '1', { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'x' } }, 2),
      claude(
        '3',
        '2',
        { type: 'web_search_tool_result', tool_use_id: 's1', content: [{ type: 'web_search_result', title: 'T', url: 'u' }] },
        3,
      ),
      {
        type: 'attachment',
        uuid: '4',
        parentUuid: '3',
        timestamp: at(4),
        attachment: { type: 'queued_command', prompt: 'also this', source_uuid: 'sent' },
      },
      claude('5', '4', text('done'), 5),
    ])
    const messages = entries.flatMap((entry) => (entry.type === 'message' ? [entry.message] : []))
    expect(messages.map(({ role, text: words, claudeUuid }) => [role, words, claudeUuid])).toEqual([
      ['user', 'go', '1'],
      ['assistant', '', '2'],
      ['tool', '', '3'],
      ['user', 'also this', 'sent'],
      ['assistant', 'done', '5'],
    ])
    expect(new Set(messages.map(({ turnId }) => turnId)).size).toBe(1)
    expect(messages[2]?.blocks).toEqual([{ type: 'tool_result', toolUseId: 's1', output: 'T\nu', isError: false }])
  })

  test('of any shape gives entries that the app can read, the same ones each time', () => {
    const line = fc.record(
      {
        type: fc.constantFrom('user', 'assistant', 'system', 'attachment', 'ai-title'),
        uuid: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        parentUuid: fc.constantFrom(null, 'a', 'b', 'c', 'd', 'e'),
        isSidechain: fc.boolean(),
        isMeta: fc.boolean(),
        timestamp: fc.constantFrom(at(1), at(2), at(3), 'never'),
        message: fc.record({
          id: fc.constantFrom('m', 'n'),
          content: fc.oneof(fc.string(), fc.constant([text('x')]), fc.constant([call('t')]), fc.constant(result('t'))),
        }),
      },
      { requiredKeys: ['type'] },
    )
    const property = fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const entries = converted(lines)
      for (const entry of entries) expect(parseEntry(JSON.stringify(entry))).toMatchObject({ type: entry.type })
      expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index))
      expect(folded(entries).openTurns.size).toBe(0)
      expect(converted(lines)).toEqual(entries)
    })
    fc.assert(property, { numRuns: 300 })
  })
})
