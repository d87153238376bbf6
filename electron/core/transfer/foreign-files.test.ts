import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImportItem } from '../../../shared/domain/transfer.ts'
import { outlineOf } from './conversation-source.ts'
import { formatted } from './formats.ts'
import { runImport } from './import-run.ts'
import type { StagedFile } from './stage.ts'
import { type Line, sessionId, user, claude, text, call, result } from './transcript-lines.ts'

describe('files', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bullpen-foreign-'))
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  async function put(name: string, lines: readonly Line[]): Promise<void> {
    await mkdir(dirname(join(root, 'in', name)), { recursive: true })
    await writeFile(join(root, 'in', name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }

  async function take(): Promise<{ staged: StagedFile[]; items: ImportItem[] }> {
    const staged: StagedFile[] = []
    const items: ImportItem[] = []
    await runImport(
      { path: join(root, 'in'), name: 'in', staging: root, known: [], sessions: [] },
      { staged: async (file) => void staged.push(file), item: (item) => void items.push(item), progress: () => undefined },
    )
    return { staged, items }
  }

  test('of a session and its sub-agents make one conversation; those without their session are one of their own', async () => {
    const agent = [user('a', null, 'look around', 3), claude('b', 'a', text('I look'), 4)].map((line) => ({
      ...line,
      isSidechain: true,
      agentId: 'x',
    }))
    await put(`-w/${sessionId}.jsonl`, [
      user('1', null, 'go', 1),
      claude('2', '1', call('t1', 'changed'), 2),
      user('3', '2', result('t1'), 9, { toolUseResult: { agentId: 'x' } }),
      claude('4', '3', text('ok'), 10),
    ])
    await put(`-w/${sessionId}/subagents/agent-x.jsonl`, agent)
    await put(
      '-w/agent-lost.jsonl',
      agent.map((line) => ({ ...line, sessionId: 'gone' })),
    )
    await put('-w/notes.jsonl', [{ hello: 1 }])
    const { staged, items } = await take()
    expect(items.map(({ from, outcome }) => [from, outcome])).toEqual([['-w/notes.jsonl', 'refused']])
    expect(new Set(staged.map(({ conversation }) => conversation.sessionId))).toEqual(new Set([sessionId, 'gone']))
    const file = staged.find(({ conversation }) => conversation.sessionId === sessionId)
    if (!file) throw new Error('One was taken.')
    const source = { id: file.id, path: file.path, compressed: false }
    expect((await outlineOf(source)).conversation).toEqual(file.conversation)
    let markdown = ''
    for await (const part of formatted(source, 'markdown')) markdown += part.toString()
    expect(markdown).toContain('## Claude (sub-agent)')
  })

  test('of a claude.ai export that are no conversations are named once each with the reason; empty ones and the account are not', async () => {
    const [account, hi] = [{ uuid: 'a' }, { uuid: 'm', sender: 'human', text: 'hi' }]
    await put('data/conversations.json', [{ uuid: 'c', name: 'One', chat_messages: [hi] }])
    await put('data/memories.json', [{ conversations_memory: 'x' }])
    await put('data/projects/p1.json', [{ uuid: 'p1' }])
    await put('data/projects/p2.json', [{ uuid: 'p2' }])
    await put('data/design_chats.json', [{ uuid: 'd', messages: [] }])
    await put('data/users.json', [account])
    await writeFile(join(root, 'in', 'data', 'projects.json'), '[]')
    await put('elsewhere/package.json', [{ name: 'x' }])
    const { staged, items } = await take()
    expect(staged.map(({ conversation }) => conversation.title)).toEqual(['One'])
    expect(items.map(({ from }) => from).toSorted()).toEqual(['data/design_chats.json', 'data/memories.json', 'data/projects/'])
    for (const { reason } of items) expect(reason).toMatch(/not imported: only conversations are\.$/)
  })

  test('beside a session give the whole of what a tool answered, and nothing that Claude Code did for itself', async () => {
    const preview =
      '<persisted-output>\nOutput too large. Full output saved to: /x/tool-results/b1.txt\n\nPreview:\nhead\n</persisted-output>'
    await put(`-w/${sessionId}.jsonl`, [
      user('1', null, 'go', 1),
      claude('2', '1', call('t1'), 2),
      user('3', '2', [{ type: 'tool_result', tool_use_id: 't1', content: preview }], 3),
    ])
    await mkdir(join(root, 'in', '-w', sessionId, 'tool-results'), { recursive: true })
    await writeFile(join(root, 'in', '-w', sessionId, 'tool-results', 'b1.txt'), `head\n${'x'.repeat(600_000)}`)
    const own = [user('a', null, '[SUGGESTION MODE', 3, { isSidechain: true, agentId: 'aprompt_suggestion-1' })]
    await put(`-w/${sessionId}/subagents/agent-aprompt_suggestion-1.jsonl`, own)
    await put(`-w/${sessionId}/subagents/workflows/w1/journal.jsonl`, [{ type: 'started', agentId: 'x' }])
    const { staged, items } = await take()
    expect(items).toEqual([])
    const [file] = staged
    if (!file || staged.length !== 1) throw new Error('One was taken.')
    let json = ''
    for await (const part of formatted({ id: file.id, path: file.path, compressed: false }, 'jsonl')) json += part.toString()
    expect(json).toContain('head\\nxxxx')
    expect(json).toContain('more bytes are in b1.txt')
    expect(json).not.toContain('SUGGESTION')
  })
})
