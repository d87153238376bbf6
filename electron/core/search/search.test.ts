import { appendFile, mkdir, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../../e2e/support/until.ts'
import { pino } from 'pino'
import { Search, type SearchQuestion } from './search.ts'
import type { Source } from './source.ts'

const log = pino({ level: 'silent' })
let folder: string
let sources: Map<string, Source>
let search: Search
let held: Set<string>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bullpen-search-'))
  sources = new Map()
  held = new Set()
})
afterEach(async () => {
  await search.close()
  await rm(folder, { recursive: true, force: true })
})

function open(): void {
  search = Search.open({
    folder,
    log,
    ready: Promise.resolve(),
    sources: () => [...sources.values()],
    source: (key) => sources.get(key) ?? null,
    isHeld: (sessionId) => held.has(sessionId),
    instances: () => [{ id: 'inst_0123456789ab', name: 'Reviewer' }],
    conversationsOf: () => Promise.resolve([]),
  })
}

const settled = () => until('the index to be settled', () => search.status().state === 'ready')
const ask = (q: string, more: Partial<SearchQuestion> = {}) => search.find({ q, state: 'all', sort: 'newest', limit: 20, ...more })
const seqs = async (q: string, more: Partial<SearchQuestion> = {}) => (await ask(q, more)).items.map(({ seq }) => seq)

/** Writes a conversation: its title, then a message for each text, one a minute. */
async function conversation(number: number, texts: readonly string[], title = `Title ${number}`): Promise<string> {
  const id = `conv_${number.toString(16).padStart(12, '0')}`
  const path = join(folder, `${id}.jsonl`)
  const head = {
    type: 'conversation',
    version: 1,
    id,
    title,
    titleIsAutomatic: false,
    instanceId: 'inst_0123456789ab',
    source: null,
    target: null,
    cwd: '/srv/api',
  }
  await writeFile(path, lines({ ...head, seq: 0, at: at(number, 0) }, ...texts.map((text, index) => said(number, index + 1, text))))
  sources.set(id, { key: id, kind: 'conversation', path, compressed: false, archived: false, title: null, folder: null })
  return id
}

function said(number: number, seq: number, text: string, role = 'user'): Record<string, unknown> {
  const message = { role, blocks: [{ type: 'text', text }], turnId: null, id: `msg_${number}${String(seq).padStart(12, '0')}`, text }
  return { type: 'message', message, seq, at: at(number, seq) }
}
const at = (number: number, minute: number) => new Date(Date.UTC(2026, 0, number, 0, minute)).toISOString()
const lines = (...entries: object[]) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
const pathOf = (id: string) => sources.get(id)?.path ?? ''

describe('what is said', () => {
  it('is found the newest first, page by page, each message once', async () => {
    for (let number = 1; number <= 5; number += 1) await conversation(number, ['needle one', 'other', 'needle two'])
    open()
    await settled()
    const times: string[] = []
    let cursor: string | undefined
    do {
      const page = await ask('needle', { limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      times.push(...page.items.map((hit) => hit.at))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(times).toHaveLength(10)
    expect(times).toEqual(times.toSorted().toReversed())
    expect((await ask('needle', { sort: 'relevance', limit: 100 })).items).toHaveLength(10)
  })

  it('is found in a line of 40 MB too', async () => {
    await conversation(1, [`${'filler '.repeat(6_000_000)} lighthouse`, 'lighthouse again'])
    open()
    await until('the index to be settled', () => search.status().state === 'ready')
    expect(await seqs('lighthouse')).toContain(2)
    expect(search.status().problem).toBeNull()
  })

  it('is found by words, phrases, parts, paths, other scripts and emoji; filters narrow it', async () => {
    const id = await conversation(1, [
      'Fix parseEntryLine in src/core/read-lines.ts',
      '修复搜索索引的错误',
      'All green 🎉',
      'Größe und Übersicht',
      'NUL \0 and half \ud83d',
    ])
    await appendFile(pathOf(id), lines({ type: 'tags', tags: ['release'], seq: 6, at: at(1, 6) }))
    open()
    await settled()
    expect(await seqs('parseentr')).toEqual([1])
    expect(await seqs('"core/read-lines.ts"')).toEqual([1])
    expect(await seqs('"read core"')).toEqual([])
    expect(await seqs('*entryli*')).toEqual([1])
    expect(await ask('ntrylin ')).toMatchObject({ inside: true, items: [{ seq: 1 }] })
    expect(await seqs('索引的')).toEqual([2])
    expect(await seqs('错')).toEqual([2])
    expect(await seqs('🎉')).toEqual([3])
    expect(await seqs('ubersicht OR green ')).toEqual([4, 3])
    expect(await seqs('half -green')).toEqual([5])
    expect(await seqs('instance:review role:user fix')).toEqual([1])
    expect(await seqs('folder:nowhere fix')).toEqual([])
    expect(await seqs('tag:release role:title')).toEqual([-1])
    expect((await ask('on:2026-01-01 title')).items[0]).toMatchObject({ role: 'title', title: 'Title 1', tags: ['release'] })
    const [hit] = (await ask('parseEntryLine')).items
    expect(hit?.snippet.filter(({ marked }) => marked)).toEqual([{ text: 'parseEntryLine', marked: true }])
  })

  it('may be searched by anything that can be typed', async () => {
    await conversation(1, ['"quoted" -minus *star* (paren) a:b NEAR(x) ^caret {brace} 漢字かな 🎉'])
    open()
    await settled()
    const piece = fc.constantFrom(
      '"',
      '-',
      '*',
      'OR',
      'AND',
      'NOT',
      'NEAR(',
      ')',
      ':',
      '{',
      '}',
      '^',
      '+',
      ' ',
      'role:',
      'user',
      'star',
      '漢',
      'ー',
      '🎉',
      '©',
      '①',
      '\0',
      '\ud800',
      '\u0301',
    )
    const query = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    await fc.assert(
      fc.asyncProperty(query, fc.constantFrom('newest', 'relevance'), async (q, sort) => {
        expect((await ask(q, { sort })).items.length).toBeLessThanOrEqual(2)
      }),
      { numRuns: 150 },
    )
  })

  it('is found in sessions of Claude Code too, with the title that the vault knows, once', async () => {
    const entry = (uuid: string, type: string, content: unknown, second: number) => ({
      type,
      uuid,
      parentUuid: null,
      sessionId: 's-1',
      timestamp: `2026-02-01T00:00:0${second}.000Z`,
      message: { role: type, content },
    })
    const call = [{ type: 'tool_use', id: 't1', name: 'Grep', input: { pattern: 'lighthouse' } }]
    const result = [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'harbour.ts:3' }] }]
    for (const agent of ['', ':a1']) {
      const path = join(folder, `session${agent.slice(1)}.jsonl`)
      await writeFile(
        path,
        lines(
          entry(`u1${agent}`, 'user', 'Where is it?', 1),
          entry(`u2${agent}`, 'assistant', call, 2),
          entry(`u3${agent}`, 'user', result, 3),
        ),
      )
      const key = `vault:s-1${agent}`
      sources.set(key, { key, kind: 'vault', path, compressed: false, archived: false, title: 'Finding lights', folder: '/srv' })
    }
    open()
    await settled()
    // Said at the same time, they have no order.
    const { items } = await ask('tool:grep harbour is:vault')
    expect(items.toSorted((a, b) => ((a.messageId ?? '') < (b.messageId ?? '') ? -1 : 1))).toMatchObject([
      { sessionId: 's-1', conversationId: null, messageId: 'u3' },
      { sessionId: 's-1', conversationId: null, messageId: 'u3:a1', role: 'tool', title: 'Finding lights' },
    ])
    expect((await ask('finding lights')).items).toMatchObject([{ role: 'title', at: '2026-02-01T00:00:03.000Z' }])
    search.removeSession('s-1')
    sources.clear()
    expect(await seqs('harbour')).toEqual([])
  })

  it('is found at every moment while a session becomes a conversation, and then once', async () => {
    const path = join(folder, 'session.jsonl')
    await writeFile(path, lines({ type: 'user', uuid: 'u1', timestamp: at(1, 1), message: { role: 'user', content: 'lighthouse' } }))
    sources.set('vault:s-1', { key: 'vault:s-1', kind: 'vault', path, compressed: false, archived: false, title: 'T', folder: '/srv' })
    open()
    await settled()
    // Much is being indexed meanwhile.
    for (let number = 2; number <= 40; number += 1)
      search.touch(
        await conversation(
          number,
          Array.from({ length: 50 }, () => 'other words'),
        ),
      )
    const id = await conversation(1, ['lighthouse'])
    sources.delete('vault:s-1')
    held.add('s-1')
    search.removeSession('s-1', id)
    const counts: number[] = []
    await until('the conversation', async () => {
      const { items } = await ask('lighthouse')
      counts.push(items.length)
      return items.length === 1 && items[0]?.conversationId === id
    })
    expect(Math.min(...counts)).toBeGreaterThan(0)
    await settled()
    expect((await ask('lighthouse')).items).toMatchObject([{ conversationId: id }])
  })

  it('is found when it is added, no more when it is replaced, and gone with its conversation', async () => {
    const id = await conversation(1, ['first'])
    open()
    await settled()
    await appendFile(pathOf(id), lines(said(1, 2, 'second thought')))
    search.touch(id)
    await until('the new message', async () => (await seqs('second')).length === 1)
    await appendFile(pathOf(id), lines({ type: 'supersede', fromSeq: 2, toSeq: 2, seq: 3, at: at(1, 3) }, said(1, 4, 'third thought')))
    search.touch(id)
    await until('the next one', async () => (await seqs('thought')).join() === '4')
    await appendFile(pathOf(id), lines({ type: 'supersede', fromSeq: 1, toSeq: 4, seq: 5, at: at(1, 5) }))
    search.touch(id)
    await until('what left the thread to be gone', async () => (await seqs('thought')).length === 0)
    await appendFile(pathOf(id), lines({ type: 'reinstate', fromSeq: 1, toSeq: 4, seq: 6, at: at(1, 6) }))
    search.touch(id)
    await until('what came back', async () => (await seqs('thought OR first')).join() === '4,1')
    sources.delete(id)
    search.remove(id)
    expect(await seqs('first')).toEqual([])
  })
})

describe('files that change behind its back', () => {
  it('are read anew when they were cut, edited or replaced, and read on when they grew', async () => {
    const [cut, edited, grown] = [
      await conversation(1, ['cut here', 'cut away']),
      await conversation(2, ['before']),
      await conversation(3, ['begun']),
    ]
    open()
    await settled()
    await search.close()
    const firstLines = (await readFile(pathOf(cut), 'utf8')).split('\n').slice(0, 2).join('\n')
    await truncate(pathOf(cut), Buffer.byteLength(firstLines) + 1)
    const text = await readFile(pathOf(edited), 'utf8')
    await writeFile(pathOf(edited), text.replaceAll('before', 'behind'))
    await utimes(pathOf(edited), new Date(), new Date(Date.now() + 5_000))
    await appendFile(pathOf(grown), `${lines(said(3, 2, 'grown'))}{"type":"message","mess`)
    open()
    await settled()
    expect([await seqs('cut'), await seqs('before '), await seqs('behind'), await seqs('begun OR grown ')]).toEqual([[1], [], [1], [2, 1]])
    expect(search.status().rebuilt).toBeNull()
  })

  it('are not read again when they were archived; archived ones are searched too', async () => {
    const id = await conversation(1, ['packed away'])
    open()
    await settled()
    const packed = join(folder, `${id}.jsonl.gz`)
    await writeFile(packed, gzipSync(await readFile(pathOf(id))))
    await rm(pathOf(id))
    sources.set(id, { key: id, kind: 'conversation', path: packed, compressed: true, archived: true, title: null, folder: null })
    search.touch(id)
    await until('it to be archived', async () => (await seqs('is:archived packed')).length === 1)
    await search.rebuild()
    await settled()
    expect((await ask('packed')).items).toMatchObject([{ state: 'archived', seq: 1 }])
  })
})

describe('an index that is not as it was left', () => {
  const file = () => join(folder, 'search', 'index.db')
  const damages: [string, (path: string) => Promise<void>][] = [
    ['is missing', (path) => rm(path)],
    ['is empty', (path) => truncate(path, 0)],
    ['is cut', async (path) => truncate(path, (await stat(path)).size >> 1)],
    ['is no database', (path) => writeFile(path, 'x'.repeat(100_000))],
    ['is a folder', async (path) => rm(path).then(() => mkdir(path))],
  ]
  for (const [what, damage] of damages) {
    it(`${what}: it is made anew, and that is told`, async () => {
      await conversation(1, ['still here'])
      open()
      await settled()
      await search.close()
      await damage(file())
      open()
      await settled()
      expect(await seqs('still')).toEqual([1])
      expect(search.status().rebuilt).toMatch(/made anew/)
    })
  }

  it('was not closed: it is looked through and kept when it is whole', async () => {
    await conversation(1, ['still here'])
    open()
    await settled()
    await search.close()
    await rm(`${file()}.seal`)
    open()
    await settled()
    expect(await seqs('still')).toEqual([1])
    expect(search.status().rebuilt).toBeNull()
  })
})
