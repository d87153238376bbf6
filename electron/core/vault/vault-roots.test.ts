import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { storeWatch } from '../../../e2e/support/store-watch.ts'
import { writeClaudeHistory } from '../../../e2e/bench/claude-history.ts'
import { openCore, type CoreRun } from '../../../e2e/support/core.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'
import { ownFolder } from './open-vault.ts'
import { VaultRoots } from './vault-roots.ts'

let root: string
let run: CoreRun | null = null
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bullpen-roots-'))
})
afterEach(async () => {
  await run?.close()
  run = null
  await rm(root, { recursive: true, force: true })
})

it('keeps the history of an instance that has a Claude Code folder of its own, and puts it back there', async () => {
  const { core, folders } = (run = await openCore())
  const config = join(root, 'own-claude')
  const { sessions } = await writeClaudeHistory({ config, sessions: 2, messages: 20, headKb: 1 })
  const [lost] = sessions
  if (!lost) throw new Error('There are sessions.')
  expect((await core.vault.status()).sessions).toBe(0)
  const own = instanceConfigSchema.parse({ name: 'Elsewhere', cwd: folders.work, env: { CLAUDE_CONFIG_DIR: config } })
  const { id } = await core.pool.instances.create({ ...own, start: false })
  await expect.poll(() => core.vault.find(lost.sessionId)?.isInClaude).toBe(true)
  expect((await core.vault.status()).sources.map(({ folder }) => folder)).toContain(join(config, 'projects'))
  // It is followed live, and also when the instance is there no more.
  await core.pool.instances.remove(id)
  await rm(lost.file)
  await expect.poll(() => core.vault.find(lost.sessionId)?.isInClaude).toBe(false)
  expect((await core.vault.restore(lost.sessionId)).files).toContain(lost.file)
})

it('follows a bounded number of folders, those that are named before those that no more are, and remembers the others', async () => {
  const usual = [{ name: 'claude', config: join(root, '.claude') }]
  const roots = await VaultRoots.open(join(root, 'vault'), usual, storeWatch(root))
  const configs = Array.from({ length: 12 }, (_, index) => join(root, `c${index}`))
  expect(await roots.want([...configs.slice(0, 3), join(root, '.claude'), 'not/absolute', `${configs[0]}/`])).toBe(true)
  expect(roots.followed.map(({ config }) => config)).toEqual([join(root, '.claude'), ...configs.slice(0, 3)])
  expect(await roots.want(configs.slice(0, 3))).toBe(false)
  await roots.want(configs.slice(2))
  const again = await VaultRoots.open(join(root, 'vault'), usual, storeWatch(root))
  expect(again.followed.map(({ config }) => config)).toEqual([join(root, '.claude'), ...configs.slice(2, 10)])
  expect(again.problem).toContain('4 more folders')
  const [dropped] = (await VaultRoots.open(join(root, 'other'), usual, storeWatch(root))).followed
  expect(dropped?.name).toBe('claude')
})

it('the folder of an instance may be named by the environment; by a secret, or by what is not there, it is none', () => {
  const outer = { WORK: '/srv' }
  expect(ownFolder({ CLAUDE_CONFIG_DIR: '${env:WORK}/claude' }, outer)).toBe('/srv/claude')
  expect(ownFolder({ HOME: '${env:GONE:-/else}' }, outer)).toBe('/else/.claude')
  expect(ownFolder({ CLAUDE_CONFIG_DIR: '${env:GONE}/claude' }, outer)).toBeUndefined()
  expect(ownFolder({ CLAUDE_CONFIG_DIR: '${secret:WORK}' }, outer)).toBeUndefined()
  expect(ownFolder({}, outer)).toBeUndefined()
})
