import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import { writeClaudeHistory, type History } from '../../../e2e/bench/claude-history.ts'
import type { OriginFilter } from '../../../shared/domain/work-origin.ts'
import { Vault } from './vault.ts'
import { VaultRoots } from './vault-roots.ts'

let root: string
let config: string
let vault: Vault
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-vault-'))
  config = join(root, '.claude')
})
afterEach(async () => {
  await vault.close()
  await rm(root, { recursive: true, force: true })
})

async function open(holder: string | null = null, origin?: VaultSession['origin']): Promise<Vault> {
  return new Vault({
    folder: join(root, 'data'),
    roots: await VaultRoots.open(join(root, 'data', 'vault'), [{ name: 'claude', config }], storeWatch(root)),
    owners: { of: () => holder, inTrash: () => null, revision: 0 },
    originOf: (id) => (id === holder ? origin : undefined),
    onStatus: () => undefined,
    log: pino({ level: 'silent' }),
  })
}

async function withHistory(): Promise<History> {
  const history = await writeClaudeHistory({ config, sessions: 12, messages: 60, headKb: 1, until: new Date() })
  vault = await open()
  await vault.scan()
  return history
}

it('lists what is kept, in pages, by words, and by what becomes of it', async () => {
  const { sessions } = await withHistory()
  const first = await vault.list({ state: 'all', sort: 'newest', limit: 5 })
  const second = await vault.list({ state: 'all', sort: 'newest', limit: 5, cursor: first.nextCursor ?? '' })
  const third = await vault.list({ state: 'all', sort: 'newest', limit: 5, offset: 10 })
  const all = [...first.items, ...second.items, ...third.items]
  expect(new Set(all.map(({ sessionId }) => sessionId))).toEqual(new Set(sessions.map(({ sessionId }) => sessionId)))
  expect(all.map(({ updatedAt }) => updatedAt)).toEqual(all.map(({ updatedAt }) => updatedAt).toSorted((a, b) => b.localeCompare(a)))
  expect(third.nextCursor).toBeNull()
  const [wanted] = all
  const found = await vault.list({ state: 'all', sort: 'newest', limit: 5, q: wanted?.sessionId.slice(0, 8).toUpperCase() })
  expect(found.items).toEqual([wanted])
  await expect(vault.list({ state: 'all', sort: 'newest', limit: 5, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('sees by itself that a transcript has grown or gone, gives it back, and never overwrites', async () => {
  const { sessions } = await withHistory()
  const { sessionId, file } = sessions.find(({ agents }) => agents > 0) ?? { sessionId: '', file: '' }
  const { messageCount } = vault.get(sessionId)
  await appendFile(file, `${JSON.stringify({ type: 'user', uuid: 'x', parentUuid: null, message: { content: 'More' } })}\n`)
  await expect.poll(() => vault.get(sessionId).messageCount).toBe(messageCount + 1)
  const bytes = await readFile(file)
  await rm(file)
  await expect.poll(() => vault.get(sessionId).isInClaude).toBe(false)
  expect((await vault.list({ state: 'deleted', sort: 'newest', limit: 5 })).total).toBe(1)
  expect((await vault.restore(sessionId)).files).toContain(file)
  expect(await readFile(file)).toEqual(bytes)
  expect(vault.get(sessionId)).toMatchObject({ isInClaude: true })
  await writeFile(file, 'mine now')
  await expect(vault.restore(sessionId)).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  expect(await vault.bringBack(sessionId)).toBe(false)
  expect(await readFile(file, 'utf8')).toBe('mine now')
  await expect(vault.restore('no-such-session')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('knows everything again after a start, and where its copies lie', async () => {
  const { sessions } = await withHistory()
  const before = vault.sessions()
  await vault.close()
  const origin = { runId: 'run_000000000001', stepId: 'find', recipe: 'review' }
  vault = await open('conv_0123456789ab', origin)
  await vault.ready
  expect(vault.sessions().map(({ sessionId }) => sessionId)).toEqual(before.map(({ sessionId }) => sessionId))
  const total = async (filter: OriginFilter) => (await vault.list({ state: 'all', sort: 'newest', limit: 1, ...filter })).total
  expect([await total({ recipe: 'review' }), await total({ origin: 'none' }), await total({ topic: 'review' })]).toEqual([12, 0, 0])
  const [first] = (await vault.list({ state: 'all', sort: 'newest', limit: 1 })).items
  expect([first?.origin, vault.get(first?.sessionId ?? '').origin]).toEqual([origin, origin])
  expect(vault.sessions()[0]?.conversationId).toBe('conv_0123456789ab')
  for (const { sessionId, file } of sessions) {
    expect((await stat(vault.fileOf(sessionId)?.path ?? '')).size).toBe((await stat(file)).size)
    expect(vault.filesOf(sessionId).filter(({ agentId }) => agentId === null)).toHaveLength(1)
  }
})
