import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Transfer } from '../../../shared/domain/transfer.ts'
import { begunTurn } from '../../../shared/domain/turn.ts'
import { ConversationStore } from '../conversations/conversation-store.ts'
import { runExport } from './export-run.ts'
import { runImport } from './import-run.ts'
import { Transfers } from './transfers.ts'

type Home = { folder: string; store: ConversationStore; transfers: Transfers }

/** A vault without a copy of anything. */
const noVault = {
  ready: Promise.resolve(),
  get: () => ({ conversationId: null }),
  trashedOwner: () => null,
  filesOf: () => [],
  saidAt: () => null,
  onChange: () => () => undefined,
}

let root: string
let homes: Home[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-transfer-'))
  homes = []
})
afterEach(async () => {
  for (const home of homes) {
    await home.transfers.close()
    await home.store.close()
  }
  await rm(root, { recursive: true, force: true })
})

async function openHome(): Promise<Home> {
  const folder = await mkdtemp(join(root, 'home-'))
  const log = pino({ level: 'silent' })
  const store = await ConversationStore.open({ folder, onChange: () => undefined, log })
  const home = {
    folder,
    store,
    transfers: await Transfers.open({
      folder,
      conversations: store,
      vault: noVault,
      ownerOf: () => null,
      claudeHas: (sessionId: string) => Promise.resolve(sessionId === 'there'),
      log,
    }),
  }
  homes.push(home)
  return home
}

const all = { state: 'all' as const }

async function exported({ transfers }: Home, format: 'bundle' | 'jsonl' | 'markdown' | 'html' | 'json' = 'bundle'): Promise<Buffer> {
  return Buffer.from(await (await transfers.download(all, format)).arrayBuffer())
}

async function imported({ transfers }: Home, path: string): Promise<Transfer> {
  return transfers.ended(transfers.import(path).id)
}

async function importedBytes(home: Home, name: string, bytes: Buffer): Promise<Transfer> {
  const path = join(await mkdtemp(join(root, 'file-')), name)
  await writeFile(path, bytes)
  return imported(home, path)
}

/** The same without a thread of its own. */
async function packed({ store, folder }: Home, format: 'bundle' | 'jsonl'): Promise<string> {
  const { items: heads } = await store.list({ state: 'all', limit: 100 })
  const items = heads
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, title, state, tags }) => ({ ...store.fileOf(id), title, state, tags, forkedFrom: null }))
  const target = join(folder, 'packed')
  await runExport({ items, format, target, replace: true }, () => undefined)
  return target
}

async function unpacked({ store, folder }: Home, path: string): Promise<number> {
  let taken = 0
  await runImport(
    { path, name: 'all.jsonl', staging: folder, known: [], sessions: [] },
    {
      staged: async (file) => {
        await store.adopt(file.path, file.conversation, file.lastMessageSeq)
        taken += 1
      },
      item: ({ reason }) => expect(reason).toBe(''),
      progress: () => undefined,
    },
  )
  return taken
}

async function talk({ store }: Home, said: readonly string[], tags: string[] = []): Promise<string> {
  const { id } = await store.create({ title: said[0]?.slice(0, 50) })
  for (const [index, text] of said.entries()) {
    const turnId = `turn_${index.toString(16).padStart(12, '0')}`
    await store.appendMessage(id, { role: 'user', blocks: [{ type: 'text', text }], turnId }, { sync: false })
    const call = { type: 'tool_use' as const, toolUseId: `t${index}`, name: 'Bash', input: { command: text } }
    await store.appendMessage(id, { role: 'assistant', blocks: [call], turnId }, { sync: false })
    const result = { type: 'tool_result' as const, toolUseId: `t${index}`, output: text.toUpperCase(), isError: false }
    await store.appendMessage(id, { role: 'tool', blocks: [result], turnId }, { sync: false })
    await store.appendMessage(id, { role: 'assistant', blocks: [{ type: 'text', text: `You said ${text}` }], turnId }, { sync: false })
    const begun = begunTurn({ id: turnId, conversationId: id, instanceId: null, startedAt: new Date().toISOString() })
    await store.appendTurn(id, { ...begun, outcome: 'done', endedAt: new Date().toISOString() }, { sync: false })
  }
  if (tags.length > 0) await store.setTags(id, tags)
  return id
}

test('whether Claude knows what was said is known before anything is sent', async () => {
  const { store, transfers } = await openHome()
  const { id } = await store.create({})
  expect(await transfers.context(id)).toBe('none')
  const hello = { role: 'user' as const, blocks: [{ type: 'text' as const, text: 'Hello' }] }
  await store.appendMessage(id, { ...hello, turnId: null }, { sync: true })
  expect(await transfers.context(id)).toBe('lost')
  await store.setSession(id, { sessionId: 'elsewhere', cwd: '/elsewhere' })
  expect(await transfers.context(id)).toBe('lost')
  await store.setSession(id, { sessionId: 'there', cwd: '/srv' })
  expect(await transfers.context(id)).toBe('known')
  const { id: failed } = await store.create({})
  await store.appendMessage(failed, { ...hello, turnId: 'turn_0123456789ab' }, { sync: true })
  expect(await transfers.context(failed)).toBe('none')
})

describe('export and import', () => {
  test('what is exported, imported elsewhere and exported again is the same bytes', async () => {
    const said = fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 4 })
    const talks = fc.array(said, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(talks, fc.constantFrom('bundle' as const, 'jsonl' as const), async (some, format) => {
        const from = await openHome()
        for (const one of some) await talk(from, one, ['kept'])
        const first = await packed(from, format)
        const to = await openHome()
        expect(await unpacked(to, first)).toBe(some.length)
        expect((await readFile(await packed(to, format))).equals(await readFile(first))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  test.each(['jsonl', 'bundle'] as const)('archived ones are archived where they are imported, as %s', async (format) => {
    const from = await openHome()
    const [put, stays] = [await talk(from, ['put away']), await talk(from, ['stays'])]
    const alone = await readFile(from.store.fileOf(put).path)
    await from.store.shelf.archive(put)
    const first = await exported(from, format)
    const to = await openHome()
    expect((await importedBytes(to, format === 'jsonl' ? 'all.jsonl' : 'all.zip', first)).report).toMatchObject({ taken: 2, refused: 0 })
    expect([put, stays].map((id) => to.store.get(id).state)).toEqual(['archived', 'active'])
    expect((await exported(to, format)).equals(first)).toBe(true)
    await to.store.shelf.restore(put)
    expect((await readFile(to.store.fileOf(put).path)).equals(alone)).toBe(true)
  })

  test('a bundle goes through the app as it goes through its parts', async () => {
    const from = await openHome()
    await talk(from, ['one', 'two'], ['kept'])
    const first = await exported(from)
    const to = await openHome()
    expect((await importedBytes(to, 'b.zip', first)).report).toMatchObject({ taken: 1, messages: 8, refused: 0, duplicates: 0 })
    expect((await exported(to)).equals(first)).toBe(true)
  })

  test('a second import takes nothing twice, and says that the one here has gone on', async () => {
    const from = await openHome()
    const id = await talk(from, ['one', 'two'])
    await talk(from, ['other'])
    const bundle = await exported(from)
    await from.store.rename(id, 'Renamed', { automatic: false })
    const again = await importedBytes(from, 'b.zip', bundle)
    expect(again).toMatchObject({ state: 'done', report: { taken: 0, duplicates: 2 } })
    const reasons = again.report?.items.map(({ conversationId, reason }) => [conversationId === id, reason])
    expect(reasons).toEqual(
      expect.arrayContaining([
        [true, 'It is here already, and has gone on since.'],
        [false, 'It is here already.'],
      ]),
    )
  })

  test('prompts that wait and turns that run are not taken over as such: nothing is sent by an import', async () => {
    const from = await openHome()
    const id = await talk(from, ['one'])
    const task = { taskId: 'task_000000000001', turnId: 'turn_0000000000ff', text: 'rm -rf', images: [], priority: 5 }
    await from.store.addTask(id, { ...task, createdAt: new Date().toISOString() })
    await from.store.appendMessage(id, { role: 'user', blocks: [{ type: 'text', text: 'x' }], turnId: 'turn_0000000000fe' }, { sync: true })
    const to = await openHome()
    const report = await importedBytes(to, 'one.jsonl', await exported(from, 'jsonl'))
    expect(report.report).toMatchObject({ taken: 1 })
    await to.store.messages(id, { limit: 500, superseded: true, after: -1 })
    expect(to.store.waitingTasks()).toEqual([])
    expect(await to.store.unfinished()).toEqual([])
    expect(to.store.get(id).lastTurn?.outcome).toBe('lost')
  })

  test('a prompt has what was said, leaves out the oldest above its limit, and says so', async () => {
    const home = await openHome()
    const id = await talk(home, ['first words', 'second words', '日本語の文章'])
    const whole = await home.transfers.prompt(id, { tools: 'short', maxTokens: 100_000 })
    expect(whole).toMatchObject({ messages: 12, omitted: 0 })
    expect(whole.text).toContain('## User\nfirst words\n\n## Claude\n[Bash: first words]\n\n## Tool\n[answered] FIRST WORDS')
    const none = await home.transfers.prompt(id, { tools: 'none', maxTokens: 100_000 })
    expect(none.tokens).toBeLessThan(whole.tokens)
    expect(none.text).not.toContain('Bash')
    const short = await home.transfers.prompt(id, { tools: 'short', maxTokens: 40 })
    expect(short.omitted).toBeGreaterThan(3)
    expect(short.text).toContain(`The first ${short.omitted} messages are left out`)
    expect(short.text).toContain('You said 日本語の文章')
    expect(short.text).not.toContain('You said first words')
  })

  test('readers get Markdown and a page in which nothing runs', async () => {
    const home = await openHome()
    await talk(home, ['<script>alert(1)</script> **bold** `a<b` [x](javascript:alert(1)) [y](https://example.com) \u202eevil'])
    const html = (await exported(home, 'html')).toString()
    expect(html).not.toMatch(/<script|<img(?! alt="An image" src="data:)|javascript:[^<]*"| on\w+=/i)
    expect(html).toContain("default-src 'none'")
    expect(html).toContain('<strong>bold</strong>')
    expect(html).toContain('href="https://example.com"')
    expect(html).toContain('⟦U+202E⟧')
    const markdown = (await exported(home, 'markdown')).toString()
    expect(markdown).toMatch(/^# .*\n[\s\S]*## User[\s\S]*```sh\n[\s\S]*## Claude/)
    const json: unknown = JSON.parse((await exported(home, 'json')).toString())
    expect(json).toMatchObject({
      conversation: { messageCount: 4 },
      messages: [{ role: 'user' }, {}, {}, {}],
      turns: [{ outcome: 'done' }],
    })
  })
})

describe('an import of many', () => {
  test('takes all conversations of one file, and ends', async () => {
    const id = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
    const at = '2026-01-01T00:00:00Z'
    const conversations = Array.from({ length: 400 }, (_, index) => ({
      uuid: id(index),
      name: `Plan ${index}`,
      created_at: at,
      chat_messages: [
        { uuid: id(1_000_000 + index), text: 'Q?', sender: 'human', created_at: at },
        { uuid: id(2_000_000 + index), text: 'A.', sender: 'assistant', created_at: at },
      ],
    }))
    const home = await openHome()
    const ended = await importedBytes(home, 'conversations.json', Buffer.from(JSON.stringify(conversations)))
    expect(ended).toMatchObject({ state: 'done', report: { taken: 400 } })
    expect(home.store.heads()).toHaveLength(400)
  })
})

describe('the session of an imported conversation', () => {
  const session = '11111111-1111-4111-8111-111111111111'

  test.each([
    ['another conversation here holds', session, null],
    ['is a path', '../../evil', null],
    ['is free', '22222222-2222-4222-8222-222222222222', '22222222-2222-4222-8222-222222222222'],
  ])('that %s', async (_what, sessionId, expected) => {
    const elsewhere = await openHome()
    const moved = await talk(elsewhere, ['Hello'])
    await elsewhere.store.setSession(moved, { sessionId, cwd: '/srv' })
    const file = await exported(elsewhere, 'jsonl')
    const home = await openHome()
    const owner = await talk(home, ['Private'])
    await home.store.setSession(owner, { sessionId: session, cwd: '/srv' })
    const { report } = await importedBytes(home, 'all.jsonl', file)
    expect(report).toMatchObject({ taken: 1 })
    expect(home.store.get(moved).sessionId).toBe(expected)
    expect(report?.items[0]?.reason.includes('session is not taken over')).toBe(expected === null)
    expect(home.store.get(owner).sessionId).toBe(session)
  })
})

describe('an export to a path', () => {
  test('never replaces a file unless told to, nor goes through a link, nor into the data folder', async () => {
    const home = await openHome()
    await talk(home, ['Hello'])
    const folder = await mkdtemp(join(root, 'out-'))
    const precious = join(folder, 'precious.txt')
    await writeFile(precious, 'precious')
    await expect(home.transfers.export(all, 'jsonl', { path: precious, overwrite: false })).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })
    expect(await readFile(precious, 'utf8')).toBe('precious')
    const link = join(folder, 'link.txt')
    await symlink(precious, link)
    await expect(home.transfers.export(all, 'jsonl', { path: link, overwrite: true })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await symlink(home.folder, join(folder, 'inside'))
    const inside = join(folder, 'inside', 'pool.json')
    await expect(home.transfers.export(all, 'jsonl', { path: inside, overwrite: true })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const begun = await home.transfers.export(all, 'jsonl', { path: precious, overwrite: true })
    expect(await home.transfers.ended(begun.id)).toMatchObject({ state: 'done', file: { savedTo: precious } })
    expect(await readFile(precious, 'utf8')).toContain('Hello')
  })

  test('leaves a file that came there meanwhile', async () => {
    const home = await openHome()
    await talk(home, ['Hello'])
    const path = join(await mkdtemp(join(root, 'out-')), 'new.jsonl')
    const begun = await home.transfers.export(all, 'jsonl', { path, overwrite: false })
    await writeFile(path, 'meanwhile', { flag: 'wx' }).catch(() => undefined)
    const { state } = await home.transfers.ended(begun.id)
    const there = await readFile(path, 'utf8')
    expect(there === 'meanwhile' ? state : 'done').toBe(there === 'meanwhile' ? 'failed' : 'done')
  })
})
