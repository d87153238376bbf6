import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSpoken, parseTranscriptLine, type TranscriptLine } from './transcript.ts'
import { TranscriptTree } from './transcript-tree.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 10, 1, 12, 0, second)).toISOString()
type Entry = Record<string, unknown>
const user = (uuid: string, parentUuid: string | null, content: unknown, second: number, more: Entry = {}): Entry => ({
  type: 'user',
  uuid,
  parentUuid,
  isSidechain: false,
  timestamp: at(second),
  sessionId: 's',
  cwd: '/w',
  message: { role: 'user', content },
  ...more,
})
const claude = (uuid: string, parentUuid: string | null, content: unknown[], second: number, more: Entry = {}): Entry => ({
  type: 'assistant',
  uuid,
  parentUuid,
  isSidechain: false,
  timestamp: at(second),
  sessionId: 's',
  requestId: 'req_1',
  message: { id: `msg_${uuid}`, model: 'claude-opus-4-6', role: 'assistant', content, usage: { input_tokens: 3, output_tokens: 5 } },
  ...more,
})
const text = (words: string): Entry => ({ type: 'text', text: words })
const lines = (...entries: Entry[]): TranscriptLine[] =>
  entries.flatMap((entry) => {
    const line = parseTranscriptLine(JSON.stringify(entry))
    return typeof line === 'string' ? [] : [line]
  })
const words = (some: readonly TranscriptLine[]): string[] => some.filter(isSpoken).map((line) => line.text)

describe('a line', () => {
  it('carries what was said, by whom, with its tokens', () => {
    expect(parseTranscriptLine(JSON.stringify(claude('a', null, [text('Hi')], 1)))).toMatchObject({
      kind: 'assistant',
      text: 'Hi',
      messageId: 'msg_a',
      requestId: 'req_1',
      model: 'claude-opus-4-6',
      timestamp: at(1),
      usage: { input: 3, output: 5, cacheRead: 0, cacheWrite: 0 },
    })
  })

  it('keeps a tool with its answer and its pictures', () => {
    const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } }
    const result = { type: 'tool_result', tool_use_id: 't', content: [text('out'), png], is_error: true }
    expect(
      lines(claude('a', null, [{ type: 'tool_use', id: 't', name: 'Read', input: { path: 'x' } }], 1), user('b', 'a', [result], 2)),
    ).toMatchObject([
      { blocks: [{ type: 'tool_use', toolUseId: 't', name: 'Read', input: { path: 'x' } }] },
      {
        blocks: [{ type: 'tool_result', toolUseId: 't', output: 'out', isError: true, images: [{ mediaType: 'image/png', data: 'aGk=' }] }],
      },
    ])
  })

  it('names what cannot be shown, and leaves nothing out', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf' }, title: 'contract.pdf' }
    const shown = [
      [pdf, '[PDF: contract.pdf]'],
      [{ ...pdf, title: undefined }, '[PDF]'],
      [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Body' } }, '[Document: text/plain]\n\nBody'],
      [{ type: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } }, '[Document: https://example.org/a.pdf]'],
      [{ type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } }, '[Image: https://example.org/a.png]'],
      [{ type: 'image', source: { type: 'base64', media_type: 'image/svg+xml', data: 'PHN2Zz4=' } }, '[Image: image/svg+xml]'],
      [{ type: 'container_upload', file_id: 'file_1' }, '[container_upload: file_1]'],
      [{ type: 'of_tomorrow' }, '[of_tomorrow]'],
    ]
    for (const [part, words] of shown) expect(lines(user('a', null, [part], 1))).toMatchObject([{ text: words, says: 'prompt' }])
  })

  it('keeps a PDF that is whole', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' }, title: 'contract.pdf' }
    expect(lines(user('a', null, [pdf, text('Read it')], 1))).toMatchObject([
      {
        text: 'Read it',
        blocks: [{ type: 'document', name: 'contract.pdf', mediaType: 'application/pdf', data: 'JVBERi0=' }, { type: 'text' }],
      },
    ])
  })

  it('keeps what tools answered in blocks of any kind', () => {
    const answers: [Entry, string][] = [
      [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'tool_reference', tool_name: 'TodoWrite' }] }, 'TodoWrite'],
      [
        {
          type: 'tool_result',
          tool_use_id: 't',
          content: [{ type: 'document', source: { type: 'base64', media_type: 'application/pdf' } }],
        },
        '[PDF]',
      ],
      [
        {
          type: 'web_search_tool_result',
          tool_use_id: 't',
          content: [{ type: 'web_search_result', title: 'T', url: 'https://r.example', encrypted_content: 'x' }],
        },
        'T\nhttps://r.example',
      ],
      [
        { type: 'web_search_tool_result', tool_use_id: 't', content: { type: 'web_search_tool_result_error', error_code: 'too_many' } },
        'too_many',
      ],
      [
        {
          type: 'web_fetch_tool_result',
          tool_use_id: 't',
          content: { url: 'https://r.example', content: { type: 'document', source: { type: 'text', data: 'Body' } } },
        },
        'https://r.example\nBody',
      ],
      [
        { type: 'bash_code_execution_tool_result', tool_use_id: 't', content: { stdout: 'out', stderr: 'err', return_code: 1 } },
        'out\nerr',
      ],
    ]
    for (const [block, output] of answers)
      expect(lines(claude('a', null, [block], 1))).toMatchObject([{ blocks: [{ type: 'tool_result', toolUseId: 't', output }] }])
  })

  it.each(['\ufeff', '\0\0', '\r\n'])('is read with odd bytes around it: %j', (odd) => {
    expect(parseTranscriptLine(`${odd}${JSON.stringify(user('a', null, 'Hi', 1))}${odd}`)).toMatchObject({ text: 'Hi' })
  })

  it('is damaged when torn, unknown when it is of no kind we know, and odd fields cost only themselves', () => {
    expect(parseTranscriptLine('{"type":"user","mess')).toBe('damaged')
    expect(parseTranscriptLine('[1]')).toBe('damaged')
    expect(parseTranscriptLine('{"type":"tomorrow","x":1}')).toBe('unknown')
    expect(lines(user('a', null, 'Hi', 1, { cwd: 7, timestamp: 'never', isSidechain: 'no' }))).toMatchObject([
      { text: 'Hi', cwd: null, timestamp: null },
    ])
  })

  it('of any text never throws', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value))
    const anything = fc.oneof(
      fc.string({ maxLength: 60 }),
      json,
      json.map((value) => `{"type":"user","uuid":"a","message":${value}}`),
      json.map(
        (value) => `{"type":"assistant","message":{"content":[{"type":"tool_result","content":${value}},${value}],"usage":${value}}}`,
      ),
    )
    expect(() =>
      fc.assert(
        fc.property(anything, (line) => void parseTranscriptLine(line)),
        { numRuns: 300 },
      ),
    ).not.toThrow()
  })
})

describe('a tree', () => {
  it('follows the newest leaf and keeps what an edit took the place of', () => {
    const tree = new TranscriptTree(
      lines(
        user('1', null, 'one', 1),
        claude('2', '1', [text('two')], 2),
        user('3', '2', 'old', 3),
        claude('4', '3', [text('old answer')], 4),
        user('5', '2', 'new', 5),
        { type: 'attachment', uuid: '6', parentUuid: '5', timestamp: at(9) },
      ),
    )
    expect(words(tree.main)).toEqual(['one', 'two', 'new'])
    expect(tree.branches.map(({ fromUuid, lines: some }) => [fromUuid, words(some)])).toEqual([['2', ['old', 'old answer']]])
  })

  it('keeps every result of tools that were called together', () => {
    const tool = (uuid: string, parent: string, id: string, second: number): Entry => ({
      ...claude(uuid, parent, [{ type: 'tool_use', id, name: 'Bash', input: {} }], second),
      message: { id: 'msg_same', model: 'm', content: [{ type: 'tool_use', id, name: 'Bash', input: {} }] },
    })
    const result = (uuid: string, parent: string, id: string, second: number): Entry =>
      user(uuid, parent, [{ type: 'tool_result', tool_use_id: id, content: id }], second)
    const tree = new TranscriptTree(
      lines(
        user('1', null, 'go', 1),
        tool('2', '1', 't1', 2),
        tool('3', '2', 't2', 3),
        result('4', '2', 't1', 4),
        result('5', '3', 't2', 5),
        claude('6', '5', [text('done')], 6),
      ),
    )
    expect(tree.main.map(({ uuid }) => uuid)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(tree.branches).toEqual([])
  })

  it('goes on over a torn line and over a compaction', () => {
    const boundary = { type: 'system', subtype: 'compact_boundary', uuid: '4', parentUuid: null, logicalParentUuid: '3', timestamp: at(4) }
    const tree = new TranscriptTree(
      lines(
        user('1', null, 'one', 1),
        claude('3', 'lost', [text('three')], 3),
        boundary,
        user('5', '4', 'five', 5, { isCompactSummary: true }),
      ),
    )
    expect(words(tree.main)).toEqual(['one', 'three', 'five'])
  })

  it('keeps sub-agents apart, in the same file and in their own', () => {
    const agent = lines(
      user('s1', null, 'task', 2, { isSidechain: true, agentId: 'x' }),
      claude('s2', 's1', [text('found')], 3, { isSidechain: true, agentId: 'x' }),
    )
    const tree = new TranscriptTree([...lines(user('1', null, 'one', 1)), ...agent])
    expect(words(tree.main)).toEqual(['one'])
    expect([...tree.sidechains].map(([id, some]) => [id, words(some)])).toEqual([['x', ['task', 'found']]])
    expect(words(new TranscriptTree(agent, { ofAgent: true }).main)).toEqual(['task', 'found'])
  })

  it('takes a message that was typed while Claude worked for one, however it is written down, and once', () => {
    const queued = (uuid: string | null, parent: string | null, prompt: unknown, more: Entry = {}): Entry => ({
      type: 'attachment',
      ...(uuid === null ? {} : { uuid, parentUuid: parent }),
      timestamp: at(3),
      attachment: { type: 'queued_command', commandMode: 'prompt', prompt, ...more },
    })
    const operation = (name: string, content?: string): Entry => ({ type: 'queue-operation', operation: name, content, timestamp: at(3) })
    const start = [user('1', null, 'go', 1), claude('2', '1', [text('On it.')], 2)]
    const ways: Entry[][] = [
      [...start, queued('3', '2', 'also this', { source_uuid: 's' }), claude('4', '3', [text('done')], 4)],
      [...start, queued('3', '2', [text('also this')]), claude('4', '3', [text('done')], 4)],
      [...start, queued(null, null, 'also this'), claude('4', '2', [text('done')], 4)],
      [...start, operation('enqueue', 'also this'), operation('remove'), claude('4', '2', [text('done')], 4)],
      [
        ...start,
        operation('enqueue', 'also this'),
        operation('remove', 'also this'),
        queued('3', '2', 'also this'),
        claude('4', '3', [text('done')], 4),
      ],
      [
        ...start,
        operation('enqueue', 'also this'),
        operation('dequeue'),
        user('3', '2', 'also this', 3),
        claude('4', '3', [text('done')], 4),
      ],
    ]
    for (const way of ways) expect(words(new TranscriptTree(lines(...way)).main)).toEqual(['go', 'On it.', 'also this', 'done'])
    const taken = [...start, operation('enqueue', 'not sent'), operation('popAll'), claude('4', '2', [text('done')], 4)]
    expect(words(new TranscriptTree(lines(...taken)).main)).toEqual(['go', 'On it.', 'done'])
    expect(lines(queued('3', '2', 'also this', { source_uuid: 's' }))).toMatchObject([{ sentAs: 's', isQueued: true, says: 'prompt' }])
  })

  it('takes nothing for replaced that nobody took back', () => {
    const boundary = (uuid: string, more: Entry): Entry => ({
      type: 'system',
      subtype: 'compact_boundary',
      uuid,
      parentUuid: null,
      ...more,
    })
    // A `!` command that hangs on the note at the top.
    const bash = [
      user('1', null, 'Caveat: …', 1, { isMeta: true }),
      user('2', '1', 'one', 2),
      claude('3', '2', [text('two')], 3),
      user('4', '1', '<bash-input>ls</bash-input>', 4),
      user('5', '4', 'three', 5),
    ]
    // A chain that begins anew.
    const roots = [user('1', null, 'one', 1), claude('2', '1', [text('two')], 2), user('3', null, 'three', 3)]
    // A compaction that keeps the end, which then follows the summary.
    const ring = [
      user('1', null, 'one', 1),
      user('2', '1', 'two', 2),
      boundary('b', { logicalParentUuid: '4', compactMetadata: { preservedMessages: { uuids: ['2', '4'] } }, timestamp: at(3) }),
      user('s', 'b', '', 4, { isCompactSummary: true }),
      claude('4', 's', [text('three')], 3),
    ]
    // Copies of the beginning before what goes on.
    const first = [user('1', null, 'one', 1), claude('2', '1', [text('two')], 2)]
    const copies = [
      ...first,
      user('3', '2', 'three', 3),
      ...first,
      { type: 'system', uuid: 'h', parentUuid: '2' },
      claude('5', 'h', [text('four')], 5),
    ]
    for (const entries of [bash, roots, ring, copies]) {
      const tree = new TranscriptTree(lines(...entries))
      expect(tree.branches).toEqual([])
      expect(words(tree.main).filter((word) => word !== '')).toEqual(['one', 'two', 'three', 'four'].slice(0, entries === copies ? 4 : 3))
    }
  })

  it('has what a sub-agent said also where only its parent tells of it', () => {
    const told = claude('p', null, [text('found')], 3)
    const tree = new TranscriptTree(
      lines(user('1', null, 'go', 1), {
        type: 'progress',
        uuid: '2',
        parentUuid: '1',
        parentToolUseID: 't1',
        data: { type: 'agent_progress', agentId: 'x', message: told },
      }),
    )
    expect([...tree.sidechains].map(([id, some]) => [id, words(some)])).toEqual([['x', ['found']]])
  })

  it('of any parents, rings among them, has every message once', () => {
    const id = fc.integer({ min: 0, max: 12 }).map(String)
    const entry = fc.record({ uuid: id, parent: fc.option(id), second: fc.integer({ min: 0, max: 9 }), side: fc.boolean() })
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ uuid }) => uuid, maxLength: 13 }), (entries) => {
        const all = lines(...entries.map(({ uuid, parent, second, side }) => user(uuid, parent, uuid, second, { isSidechain: side })))
        const tree = new TranscriptTree(all)
        const found = [...tree.main, ...tree.branches.flatMap((branch) => branch.lines), ...[...tree.sidechains.values()].flat()]
        expect(words(found).toSorted()).toEqual(entries.map(({ uuid }) => uuid).toSorted())
      }),
    )
  })
})

describe('a transcript with damage', () => {
  const entries = Array.from({ length: 12 }, (_, index) =>
    user(String(index), index === 0 ? null : String(index - 1), `text ${index}`, index),
  )
  const read = (texts: readonly string[]) => {
    const parsed = texts.map((one) => parseTranscriptLine(one))
    return new TranscriptTree(parsed.filter((one) => typeof one !== 'string'))
  }

  it('loses only the lines that are damaged', () => {
    const damage = fc.constantFrom(
      (line: string) => line.slice(0, line.length / 2),
      (line: string) => line.slice(7),
      (line: string) => line.replace(':', '\0'),
      () => '\u{fffd}\ud800',
      () => '[[[[[[',
    )
    const damages = fc.array(fc.option(damage), { minLength: entries.length, maxLength: entries.length })
    const property = fc.property(damages, (each) => {
      const texts = entries.map((entry, index) => (each[index] ?? ((line: string) => line))(JSON.stringify(entry)))
      expect(words(read(texts).main)).toEqual(entries.flatMap((_, index) => (each[index] ? [] : [`text ${index}`])))
    })
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow()
  })

  it('is read to its end whatever bytes are changed', () => {
    const whole = Buffer.from(entries.map((entry) => JSON.stringify(entry)).join('\n'))
    const bytes = fc.array(fc.record({ place: fc.nat(whole.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 6 })
    const property = fc.property(bytes, (changes) => {
      const damaged = Buffer.from(whole)
      for (const { place, byte } of changes) damaged[place] = byte
      read(damaged.toString('utf8').split('\n'))
    })
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow()
  })
})
