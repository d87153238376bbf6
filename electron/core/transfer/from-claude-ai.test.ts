import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConversationFold } from '../conversations/conversation-fold.ts'
import { parseEntry } from '../conversations/entry.ts'
import { entriesOfClaudeAi } from './from-claude-ai.ts'
import { jsonElements } from './json-elements.ts'

type Line = Record<string, unknown>
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString()
const text = (words: string): Line => ({ type: 'text', text: words })

describe('a claude.ai export', () => {
  const conversation = (name: string): Line => ({
    uuid: `u-${name}`,
    name,
    created_at: at(1),
    chat_messages: [
      {
        uuid: '1',
        sender: 'human',
        text: 'Hi',
        created_at: at(2),
        content: [text('Hi')],
        attachments: [{ file_name: 'a.txt', extracted_content: 'inside' }],
      },
      {
        uuid: '2',
        sender: 'assistant',
        created_at: at(3),
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'tool_use', name: 'search', input: { q: 1 } },
          { type: 'tool_result', content: [text('found')] },
          text('Hello'),
        ],
      },
      { uuid: '3', sender: 'human', text: 'old form' },
      7,
    ],
  })

  test('becomes messages with tools and attachments, and says that Claude does not know them', () => {
    const entries = entriesOfClaudeAi(conversation('N'))
    if (typeof entries === 'string') throw new Error(entries)
    const said = entries.flatMap((entry) => (entry.type === 'message' ? [[entry.message.role, entry.message.text]] : []))
    expect(said.slice(0, 5)).toEqual([
      ['user', 'Attached: a.txt\n\ninside\n\nHi'],
      ['assistant', ''],
      ['tool', ''],
      ['assistant', 'Hello'],
      ['user', 'old form'],
    ])
    expect(said[5]?.[1]).toContain('claude.ai')
    for (const entry of entries) expect(parseEntry(JSON.stringify(entry))).toMatchObject({ type: entry.type })
    expect(entriesOfClaudeAi({ uuid: 'x', chat_messages: [] })).toBe('Nothing was said in it.')
  })

  test('is split into its conversations wherever its bytes are cut', async () => {
    const values = fc.array(fc.oneof(fc.record({ a: fc.string({ unit: 'binary' }) }), fc.constant({ b: [{ c: '}]"\\' }] })), {
      maxLength: 5,
    })
    const property = fc.asyncProperty(values, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (all, size, pretty) => {
      const bytes = Buffer.from(JSON.stringify(all, null, pretty ? 2 : undefined))
      const chunks = async function* chunks() {
        for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
      }
      const found: unknown[] = []
      for await (const element of jsonElements(chunks(), { maxBytes: 1_000_000, maxDepth: 10 }))
        found.push(JSON.parse(element.bytes.toString()))
      expect(found).toEqual(all)
    })
    await fc.assert(property)
  })

  const said = (uuid: string, parent: string | null, sender: string, words: string, more: Line = {}): Line => ({
    uuid,
    parent_message_uuid: parent ?? '00000000-0000-4000-8000-000000000000',
    sender,
    text: words,
    content: words === '' ? [] : [text(words)],
    created_at: at(Number(uuid)),
    ...more,
  })
  const taken = (messages: readonly Line[], more: Line = {}) => {
    const entries = entriesOfClaudeAi({ uuid: 'u', name: '', created_at: at(1), chat_messages: messages, ...more })
    if (typeof entries === 'string') throw new Error(entries)
    const fold = new ConversationFold('conv_000000000000')
    for (const entry of entries) fold.apply(entry, { offset: 0, length: 0 })
    const words = new Map(entries.flatMap((entry) => (entry.type === 'message' ? [[entry.seq, entry.message] as const] : [])))
    const shown = fold.messages.flatMap(({ seq, superseded }) =>
      superseded || words.get(seq)?.role === 'system' ? [] : [words.get(seq)?.text],
    )
    const replaced = fold.messages.flatMap(({ seq, superseded }) => (superseded ? [words.get(seq)?.text] : []))
    return { shown, replaced, title: fold.conversation.title, messages: [...words.values()] }
  }

  test('shows the last of the branches that edits made, and keeps the others as replaced', () => {
    const messages = [
      said('1', null, 'human', 'Name a colour.'),
      said('2', '1', 'assistant', 'Red.'),
      said('3', '2', 'human', 'Why?'),
      said('4', '3', 'assistant', 'Because.'),
      said('5', '2', 'human', 'Name another.'),
      said('6', '5', 'assistant', 'Blue.'),
    ]
    expect(taken(messages)).toMatchObject({ shown: ['Name a colour.', 'Red.', 'Name another.', 'Blue.'], replaced: ['Why?', 'Because.'] })
    expect(taken(messages, { current_leaf_message_uuid: '4' }).replaced).toEqual(['Name another.', 'Blue.'])
    const plain = messages.map((message) => ({ ...message, parent_message_uuid: null }))
    expect(taken(plain).replaced).toEqual([])
    expect(taken([said('1', 'gone', 'human', 'one'), said('2', 'gone too', 'assistant', 'two')]).shown).toEqual(['one', 'two'])
  })

  test('names files whose text it does not have, and what a search found, and is called by its first words', () => {
    const knowledge = { type: 'knowledge', title: 'Page', url: 'https://example.org', text: 'Body', is_missing: false }
    const { shown, title, messages } = taken([
      said('1', null, 'human', '', {
        attachments: [{ file_name: 'scan.pdf', extracted_content: '' }],
        files: [{ file_name: 'photo.png' }, { file_name: 'scan.pdf' }],
      }),
      said('2', '1', 'assistant', '', {
        content: [
          { type: 'tool_result', tool_use_id: 't', content: [knowledge] },
          { type: 'token_budget' },
          { type: 'voice_note', text: 'spoken' },
        ],
      }),
      said('3', '2', 'human', 'Second.'),
    ])
    expect(shown).toEqual(['[file: scan.pdf]\n\n[file: photo.png]', '', 'spoken', 'Second.'])
    expect(messages[1]?.blocks).toMatchObject([{ type: 'tool_result', output: 'Page\nhttps://example.org\nBody' }])
    expect(title).toBe('Second.')
  })

  test('in whatever order they are listed, messages are shown as they were said', () => {
    const messages = [
      said('1', null, 'human', 'one'),
      said('2', '1', 'assistant', 'two'),
      said('3', '2', 'human', 'away'),
      said('4', '2', 'human', 'three'),
      said('5', '4', 'assistant', 'four'),
    ]
    const right = { shown: ['one', 'two', 'three', 'four'], replaced: ['away'] }
    for (const listed of [messages, messages.toReversed(), messages.toSorted((a, b) => String(a['text']).localeCompare(String(b['text'])))])
      expect(taken(listed)).toMatchObject(right)
  })

  test('files without a name and cited pages leave their trace', () => {
    const cited = (url: string): Line => ({ details: { type: 'web_search_citation', url } })
    const citations = [cited('https://example.org/a'), cited('https://example.org/a'), cited('https://example.org/b'), { details: null }]
    const { shown } = taken([
      said('1', null, 'human', 'Look', { files: [{ file_uuid: 'x', file_kind: 'image' }, { file_uuid: 'y' }] }),
      said('2', '1', 'assistant', '', { content: [{ ...text('As https://example.org/b says.'), citations }] }),
    ])
    expect(shown).toEqual([
      '[file: image]\n\n[file: without a name]\n\nLook',
      'As https://example.org/b says.\n\nSources:\n- https://example.org/a',
    ])
  })
})
