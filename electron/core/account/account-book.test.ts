import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { coreWith, type CoreRun } from '../../../e2e/support/core.ts'
import { makeFolders, removeRun, type AppFolders } from '../../../e2e/support/app.ts'
import { until } from '../../../e2e/support/until.ts'
import { startDemoModel, type DemoModel } from '../../demo/demo-model.ts'
import { instanceConfigSchema } from '../../../shared/domain/instance.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
let folders: AppFolders
let model: DemoModel
let core: CoreRun['core']
beforeEach(async () => {
  folders = await makeFolders()
  model = await startDemoModel()
  core = await open({ CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' })
})
afterEach(async () => {
  await core.close()
  await model.close()
  await removeRun(folders)
})

function open(account: Record<string, string>): Promise<CoreRun['core']> {
  return coreWith(folders, { ANTHROPIC_BASE_URL: model.url, ...account })
}

async function said(text: string, env: Record<string, string> = {}): Promise<string> {
  const name = `instance ${core.pool.instances.list().length}`
  const { id } = await core.pool.instances.create({ ...instanceConfigSchema.parse({ name, cwd: folders.work, env }), start: false })
  const conversation = await core.conversations.create({ instanceId: id })
  await (
    await core.pool.send(conversation.id, { text, priority: 5 })
  ).done
  return id
}

test('how much of a plan is used is known with the answer, with its resets, and over a restart', async () => {
  const id = await said('Hello [used 86 33]')
  const account = await until('the account to be known', () => core.accounts.list().find(({ tokenSource }) => tokenSource !== undefined))
  expect(account).toMatchObject({ tokenSource: 'CLAUDE_CODE_OAUTH_TOKEN', provider: 'firstParty', instanceIds: [id] })
  expect(account.windows).toMatchObject([
    { id: 'five_hour', name: '5-hour limit', usedPercent: 86, state: 'near' },
    { id: 'seven_day', name: 'weekly limit', usedPercent: 33, state: 'ok' },
  ])
  const [fiveHours] = account.windows
  expect(Date.parse(fiveHours?.resetsAt ?? '')).toBeGreaterThan(Date.now())
  // After its reset nothing of it is used.
  expect(core.accounts.list(Date.parse(fiveHours?.resetsAt ?? '') + 1)[0]?.windows[0]).toMatchObject({ usedPercent: 0, state: 'ok' })
  await core.close()
  core = await open({ CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' })
  expect(core.accounts.list()).toMatchObject([{ windows: account.windows, tokenSource: 'CLAUDE_CODE_OAUTH_TOKEN' }])
})

test('an instance with a key of its own is another account, without limits; its key is nowhere in what is told', async () => {
  await said('Hello [used 20 10]')
  const key = 'sk-ant-api03-of-another-account'
  const other = await said('Hello [used 90 90]', { ANTHROPIC_API_KEY: key, CLAUDE_CODE_OAUTH_TOKEN: '' })
  const account = await until('the other account', () =>
    core.accounts.list().find(({ instanceIds, apiKeySource }) => instanceIds.includes(other) && apiKeySource !== undefined),
  )
  expect(account).toMatchObject({ apiKeySource: 'ANTHROPIC_API_KEY', windows: [] })
  expect(core.accounts.list()).toHaveLength(2)
  expect(JSON.stringify(core.accounts.list())).not.toContain(key)
})
