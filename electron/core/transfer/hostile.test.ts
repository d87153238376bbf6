import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deepJson, headerLine, messageLine, toolLine, writeZip } from '../../../e2e/fixtures/hostile-files.ts'
import { toAppError, type AppError } from '../../../shared/app-error.ts'
import type { ImportItem } from '../../../shared/domain/transfer.ts'
import { ConversationStore } from '../conversations/conversation-store.ts'
import { runImport } from './import-run.ts'
import { Transfers } from './transfers.ts'

/** A vault without a copy of anything. */
const noVault = {
  ready: Promise.resolve(),
  get: () => ({ conversationId: null }),
  trashedOwner: () => null,
  filesOf: () => [],
  saidAt: () => null,
  onChange: () => () => undefined,
}

const id = 'conv_00000000000000000001'

let root: string
let folder: string
let store: ConversationStore
let transfers: Transfers
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-hostile-'))
  folder = join(root, 'data')
  const log = pino({ level: 'silent' })
  store = await ConversationStore.open({ folder, onChange: () => undefined, log })
  transfers = await Transfers.open({
    folder,
    conversations: store,
    vault: noVault,
    ownerOf: () => null,
    claudeHas: () => Promise.resolve(false),
    log,
  })
})
afterEach(async () => {
  await transfers.close()
  await store.close()
  await rm(root, { recursive: true, force: true })
})

type Taken = { error: AppError | null; taken: number; items: ImportItem[] }

/** An import without the thread around it. */
async function take(name: string, content: string | Buffer): Promise<Taken> {
  const path = join(root, name)
  await writeFile(path, content)
  const found: Taken = { error: null, taken: 0, items: [] }
  const staging = await mkdtemp(join(folder, 'staging-'))
  try {
    await runImport(
      { path, name, staging, known: store.files(), sessions: [] },
      {
        staged: async (file, { from, reason }) => {
          const { title } = await store.adopt(file.path, file.conversation, file.lastMessageSeq)
          found.taken += 1
          found.items.push({ from, title, outcome: 'taken', reason, conversationId: file.id })
        },
        item: (item) => found.items.push(item),
        progress: () => undefined,
      },
    )
  } catch (thrown) {
    found.error = toAppError(thrown)
  }
  // Nothing that was not published is left behind by a refusal.
  expect(await readdir(staging)).toEqual([])
  return found
}

function outcomes({ items }: Taken): string[] {
  return items.map(({ outcome }) => outcome)
}

async function zipOf(files: Record<string, string>, rename: readonly (readonly [string, string])[] = []): Promise<Buffer> {
  const path = join(root, 'made.zip')
  await writeZip(
    path,
    Object.entries(files).map(([name, content]) => ({ name, content })),
    rename,
  )
  return readFile(path)
}

/** Everything below the folder that is not the app's own doing. */
async function strangers(): Promise<string[]> {
  const all = await readdir(root, { recursive: true })
  return all.filter((name) => /evil|passwd/.test(name))
}

describe('a hostile zip', () => {
  test.each([
    ['a path that leads out', 'xx/xx/evil.jsonl', '../../evil.jsonl'],
    ['an absolute path', 'xtmp/evil.jsonl', '/tmp/evil.jsonl'],
    ['a path of Windows', 'x\x01\x01evil.jsonl'.replaceAll('\x01', 'y'), '..\\evil.jsonl'],
    ['a drive', 'xx/evil.jsonl', 'C:/evil.jsonl'],
  ])('with %s is refused as a whole', async (_, from, to) => {
    expect(to).toHaveLength(from.length)
    const zip = await zipOf({ [from]: `${headerLine()}\n${messageLine('x')}\n` }, [[from, to]])
    expect((await take('evil.zip.bin', zip)).error).toMatchObject({ code: 'BAD_REQUEST' })
    expect(store.heads()).toEqual([])
    expect(await strangers()).toEqual(['evil.zip.bin'])
  })

  test('with a link gives no link, and what else is in it is taken', async () => {
    const path = join(root, 'links.zip')
    await writeZip(path, [
      { name: 'link.jsonl', content: '/etc/passwd', link: true },
      {
        name: 'conversations/good.jsonl',
        content: `${headerLine()}
${messageLine('x')}
`,
      },
    ])
    const { report } = await transfers.ended(transfers.import(path).id)
    expect(report).toMatchObject({ taken: 1, refused: 1 })
    expect(report?.items.find(({ outcome }) => outcome === 'refused')).toMatchObject({
      from: 'link.jsonl',
      reason: 'It is a link; links are not taken.',
    })
  })

  test('that unpacks to a thousand times its size is refused before it is unpacked', async () => {
    const zeros = '\0'.repeat(100 * 1024 * 1024)
    const began = performance.now()
    const { error } = await take('bomb.zip', await zipOf({ 'bomb.jsonl': zeros }))
    expect(error).toMatchObject({ code: 'TOO_LARGE' })
    expect(performance.now() - began).toBeLessThan(20_000)
    expect(outcomes(await take('bomb.jsonl.gz', gzipSync(zeros)))).toEqual(['refused'])
  })

  test('that says too little about its size, or is cut off, costs only what is broken', async () => {
    const text = `${headerLine()}\n${messageLine('x'.repeat(5_000))}\n`
    const zip = await zipOf({ 'conversations/a.jsonl': text })
    // The uncompressed size in the central directory, made smaller than it is.
    const central = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
    zip.writeUInt32LE(100, central + 24)
    expect(outcomes(await take('lie.zip', zip))).toEqual(['refused'])
    expect((await take('cut.zip', zip.subarray(0, zip.length - 30))).error).toMatchObject({ code: 'BAD_REQUEST' })
    expect(store.heads()).toEqual([])
  })
})

describe('hostile JSON', () => {
  test('of great depth is refused, wherever it is', async () => {
    const deep = deepJson(100_000)
    const tool = toolLine(`{"a":${deep}}`)
    expect(
      (
        await take(
          'deep.jsonl',
          `${headerLine()}
${tool}
`,
        )
      ).items,
    ).toMatchObject([{ outcome: 'refused', title: 'T' }])
    expect(outcomes(await take('deep.json', `[${deep}]`))).toEqual(['refused'])
    const line = `{"type":"user","uuid":"u","sessionId":"s","message":{"content":${deep}}}`
    const first = '{"type":"user","uuid":"a","sessionId":"s","message":{"content":"hi"}}'
    expect(
      outcomes(
        await take(
          'transcript.jsonl',
          `${first}
${line}
`,
        ),
      ),
    ).toEqual(['refused'])
    expect(store.heads()).toEqual([])
  })

  test('with an id that is a path is no conversation', async () => {
    expect(outcomes(await take('x.jsonl', `${headerLine({ id: '../../../evil' })}\n${messageLine('x')}\n`))).toEqual(['refused'])
    expect(await strangers()).toEqual([])
  })

  test('with __proto__, NUL, lone surrogates, bytes that are no text and a message of 10 MB is taken as it is and harms nothing', async () => {
    const proto = toolLine('{"__proto__":{"polluted":1}}')
    const lines = [
      headerLine({ title: 'a\u0000b' }),
      proto,
      messageLine('lone \ud800 surrogate', 2),
      messageLine('z'.repeat(10 * 1024 * 1024), 3),
    ]
    const bytes = Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from([0xff, 0xfe, 0x22, 0x0a])])
    const { items: taken } = await take('odd.jsonl', bytes)
    expect(taken).toMatchObject([{ outcome: 'taken', reason: '1 lines cannot be read; they are kept as they are.' }])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    const { items } = await store.messages(id, { limit: 10, superseded: true })
    expect(items.map(({ text }) => text.length)).toEqual([0, 16, 10 * 1024 * 1024])
    const file = await transfers.download({ state: 'all' }, 'jsonl')
    expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true)
    for (const format of ['html', 'markdown', 'json'] as const)
      expect((await transfers.download({ state: 'all' }, format)).size).toBeGreaterThan(10_000_000)
  })

  test('with one line of 200 MB takes a fraction of that of memory, and one of ours with an entry of 100 MB, as twenty pictures take, is taken', async () => {
    const before = process.memoryUsage().rss
    let most = 0
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss - before)), 5)
    // As long as the file is read whole, it is in memory several times.
    const endless = join(root, 'endless.jsonl')
    for (let part = 0; part < 200; part += 1) await appendFile(endless, Buffer.alloc(1024 * 1024, 'a'))
    const items: ImportItem[] = []
    const staging = await mkdtemp(join(folder, 'staging-'))
    const listener = { staged: () => Promise.resolve(), item: (item: ImportItem) => items.push(item), progress: () => undefined }
    await runImport({ path: endless, name: 'endless.jsonl', staging, known: [], sessions: [] }, listener)
    clearInterval(watch)
    expect(items).toMatchObject([{ outcome: 'refused' }])
    expect(most).toBeLessThan(400 * 1024 * 1024)
    const long = await take('long.jsonl', `${headerLine()}\n${messageLine('x'.repeat(100 * 1024 * 1024))}\n`)
    expect(long.items).toMatchObject([{ outcome: 'taken' }])
  })

  test('that is no conversation at all is refused with a sentence', async () => {
    const files = {
      'empty.jsonl': '',
      'text.txt': 'hello',
      'array.json': '[1,2,3]',
      'torn.json': '[{"uuid":',
      'other.jsonl': '{"a":1}\n{"b":2}\n',
      'binary.bin': '\u0000\u0001\u0002',
    }
    for (const [name, content] of Object.entries(files)) {
      const { error, items } = await take(name, content)
      expect({ name, error, outcomes: items.map(({ outcome }) => outcome) }).toEqual({ name, error: null, outcomes: ['refused'] })
      expect(items[0]?.reason).toMatch(/^[A-Z].*\.$/)
    }
  })
})

test('a folder is looked through without following its links, and what is not there is said', async () => {
  const source = join(root, 'source')
  await mkdir(join(source, 'a', 'b'), { recursive: true })
  await writeFile(join(source, 'a', 'b', 'one.jsonl'), `${headerLine()}\n${messageLine('x')}\n`)
  await writeFile(join(root, 'outside.jsonl'), `${headerLine({ id: 'conv_00000000000000000002' })}\n${messageLine('x')}\n`)
  await symlink(join(root, 'outside.jsonl'), join(source, 'link.jsonl'))
  await symlink('/', join(source, 'everything'))
  const { report } = await transfers.ended(transfers.import(source).id)
  expect(report).toMatchObject({ taken: 1, refused: 2 })
  expect(store.heads().map((head) => head.id)).toEqual([id])
  expect(await transfers.ended(transfers.import(join(root, 'nothing')).id)).toMatchObject({
    state: 'failed',
    error: { code: 'FOLDER_MISSING' },
  })
  expect(await readdir(join(folder, 'transfers'))).toEqual([])
})
