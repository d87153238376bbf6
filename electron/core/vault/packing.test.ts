import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import { Vault } from './vault.ts'
import { VaultRoots } from './vault-roots.ts'
import { Copier } from './copier.ts'

const id = '11111111-2222-4333-8444-555555555555'
const other = '11111111-2222-4333-8444-666666666666'
let root: string
let vault: Vault | null = null
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-packing-'))
})
afterEach(async () => {
  await vault?.close()
  vault = null
  await rm(root, { recursive: true, force: true })
})

const original = (session = id) => join(root, '.claude', 'projects', '-work', `${session}.jsonl`)
const copy = (session = id) => join(root, 'data', 'vault', 'claude', '-work', `${session}.jsonl`)
const packed = (session = id) => `${copy(session)}.bullpen.gz`
const said = (text: string, session = id) =>
  `${JSON.stringify({ type: 'user', uuid: text.slice(0, 30), parentUuid: null, sessionId: session, cwd: '/srv', message: { role: 'user', content: text } })}\n`
const long = (word: string, session = id) =>
  Array.from({ length: 60 }, (_, index) => said(`${word} ${index} ${'x'.repeat(200)}`, session)).join('')

async function write(text: string, file = original()): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

async function open(owner: string | null = null): Promise<Vault> {
  vault = new Vault({
    folder: join(root, 'data'),
    roots: await VaultRoots.open(join(root, 'data', 'vault'), [{ name: 'claude', config: join(root, '.claude') }], storeWatch(root)),
    owners: { of: () => owner, inTrash: () => null, revision: 0 },
    onStatus: () => undefined,
    log: pino({ level: 'silent' }),
  })
  return vault
}

const isFile = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

it('compresses the copy of a session that Claude Code has deleted, and still gives it back', async () => {
  await write(long('kept'))
  const own = await open()
  await own.scan()
  expect(own.fileOf(id)).toMatchObject({ path: copy(), compressed: false })
  const bytes = await readFile(original())
  await rm(original())
  await own.scan()
  expect(own.fileOf(id)).toMatchObject({ path: packed(), compressed: true, bytes: bytes.length })
  expect(gunzipSync(await readFile(packed()))).toEqual(bytes)
  expect(await isFile(copy())).toBe(false)
  const { diskBytes, bytes: plain } = await own.status()
  expect(plain).toBe(bytes.length)
  expect(diskBytes).toBe((await stat(packed())).size)

  expect((await own.restore(id)).files).toEqual([original()])
  expect(await readFile(original())).toEqual(bytes)
  // It goes on there: the copy grows with it again.
  await appendFile(original(), said('more'))
  await own.scan()
  expect(own.fileOf(id)).toMatchObject({ path: copy(), compressed: false })
  expect(await readFile(copy())).toEqual(await readFile(original()))
  expect(await isFile(packed())).toBe(false)
})

it('loses nothing when it is cut off between two steps of packing', async () => {
  await write(long('kept'))
  await (await open()).scan()
  const bytes = await readFile(original())
  await rm(original())
  await vault?.scan()
  await vault?.close()
  // As if it had ended before the plain one went, and with an older packed one beside a newer plain one.
  await writeFile(copy(), Buffer.concat([bytes, Buffer.from(said('newer'))]))
  const own = await open()
  await own.scan()
  expect(gunzipSync(await readFile(packed())).toString()).toContain('newer')
  expect(await isFile(copy())).toBe(false)
})

it('finds the copies again when its index is lost, whatever Claude Code has deleted', async () => {
  await write(long('kept'))
  await write(long('before', other), original(other))
  await (await open()).scan()
  await write(long('also', other), original(other))
  await rm(original())
  await vault?.scan()
  await vault?.close()
  await rm(join(root, 'data', 'vault', 'index.jsonl'))
  const own = await open()
  await own.scan()
  expect(own.get(id)).toMatchObject({ isInClaude: false, messageCount: 60 })
  expect(own.get(other)).toMatchObject({ isInClaude: true, messageCount: 60 })
  expect(own.sessions()).toHaveLength(2)
  expect((await own.earlier(other)).map(({ version }) => version)).toEqual([1])
  expect((await own.restore(id)).files).toEqual([original()])
  expect(await readFile(original(), 'utf8')).toBe(long('kept'))
})

it('keeps what a transcript was before it was rewritten, to choose from', async () => {
  await write(long('first'))
  const own = await open()
  await own.scan()
  await write(long('second'))
  await own.scan()
  await write(long('third'))
  await own.scan()
  expect((await own.earlier(id)).map(({ version }) => version)).toEqual([1, 2])
  // While Claude Code has the session, an earlier state becomes a session of its own beside it.
  const beside = await own.restore(id, 1)
  expect(beside.session.sessionId).not.toBe(id)
  expect(await readFile(beside.files[0] ?? '', 'utf8')).toBe(long('first', beside.session.sessionId))
  expect(await readFile(original(), 'utf8')).toBe(long('third'))

  await rm(original())
  await own.scan()
  expect((await own.restore(id, 2)).files).toEqual([original()])
  expect(await readFile(original(), 'utf8')).toBe(long('second'))
  await expect(own.restore(id, 7)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('cleans up what only the vault has, as previewed, and never what a conversation holds or Claude Code still has', async () => {
  await write(long('gone'))
  await write(long('there', other), original(other))
  await (await open()).scan()
  await write(long('rewritten', other), original(other))
  await rm(original())
  await vault?.scan()
  expect((await vault?.cleanUp({ what: 'copies', olderThanDays: 1 }))?.sessionIds).toEqual([])
  const preview = await vault?.cleanUp({ what: 'copies' })
  expect(preview).toMatchObject({ sessionIds: [id], bytes: (await stat(packed())).size })
  expect(await vault?.remove([id, other], 'copies')).toEqual({ removed: 1, bytes: preview?.bytes })
  expect(vault?.sessions().map(({ sessionId }) => sessionId)).toEqual([other])

  expect((await vault?.cleanUp({ what: 'earlier' }))?.sessionIds).toEqual([other])
  expect(await vault?.remove([other], 'earlier')).toMatchObject({ removed: 1 })
  expect(await readdir(dirname(copy()))).toEqual([`${other}.jsonl`])
  await vault?.close()
  const again = await open('conv_0123456789ab')
  await again.scan()
  expect(again.sessions().map(({ sessionId }) => sessionId)).toEqual([other])
  await rm(original(other))
  await again.scan()
  expect((await again.cleanUp({ what: 'copies' })).sessionIds).toEqual([])
})

it('is either packed or plain, and whole, wherever the disk says no', async () => {
  await write(long('kept'))
  await (await open()).scan()
  await rm(original())
  await vault?.close()
  vault = null
  // In the place of the packed copy, so that it cannot be made.
  await mkdir(packed())
  const copier = new Copier({
    folder: join(root, 'data', 'vault'),
    sources: [{ name: 'claude', folder: join(root, '.claude', 'projects') }],
    onRecords: () => undefined,
    onScan: () => undefined,
  })
  await copier.open()
  await copier.scan()
  await copier.close()
  expect(await readFile(copy(), 'utf8')).toBe(long('kept'))
  await rm(packed(), { recursive: true })
  await cp(copy(), join(root, 'kept'))
  const own = await open()
  await own.scan()
  expect(gunzipSync(await readFile(packed()))).toEqual(await readFile(join(root, 'kept')))
})
