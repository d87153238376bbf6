import { startDemoModel } from '../../electron/demo/demo-model.ts'
import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('how full the context is', () => {
  test('is shown after a turn, by category; compacting it says what it did', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Tell me [long 4000] [rate 0]')
    await ui.goto(`${app.url}#/conversation/${conversation.id}`)
    const meter = ui.getByRole('button', { name: /^Context: \d+% used/ })
    await meter.click()
    const panel = ui.getByRole('dialog', { name: 'Context' })
    await expect(panel.getByText(/of .* tokens used/)).toBeVisible()
    await expect(panel.getByRole('rowheader', { name: 'System prompt' })).toBeVisible()
    await expect(panel.getByText(/Compacted automatically at/)).toBeVisible()
    await looksRight(ui, 'context')
    await ui.setViewportSize({ width: 390, height: 844 })
    expect(await axeFaults(ui)).toEqual([])
    await ui.setViewportSize({ width: 1280, height: 800 })
    await panel.getByRole('textbox', { name: 'What the summary should keep' }).fill('the names')
    await panel.getByRole('button', { name: 'Compact' }).click()
    await expect(ui.getByText(/Context compacted on request: .* → .* tokens/)).toBeVisible()
  })
})

test.describe('MCP servers of an instance', () => {
  test('are shown with state, error and tools, and can be reconnected and switched off and on', async ({ app, ui }) => {
    const echo = { command: process.execPath, args: [new URL('../fixtures/mcp-asks.ts', import.meta.url).pathname] }
    const { instance } = await readyInstance(app, { mcpServers: { asker: echo, broken: { command: '/no/such/program' } } })
    await ui.goto(`${app.url}#/instance/${instance.id}`)
    const panel = ui.getByRole('region', { name: 'MCP servers' })
    await panel.getByRole('button', { name: 'Show' }).click()
    await expect(panel.getByRole('listitem').filter({ hasText: 'asker' }).first()).toContainText('Connected')
    await expect(panel.getByRole('listitem').filter({ hasText: 'broken' }).first()).toContainText('Failed')
    await panel.getByText(/^\d+ tools?$/).click()
    await expect(panel.getByText('deploy')).toBeVisible()
    await panel.getByText('deploy').scrollIntoViewIfNeeded()
    await looksRight(ui, 'mcp')
    await panel.getByRole('button', { name: 'Disable asker' }).click()
    await expect(panel.getByRole('button', { name: 'Enable asker' })).toBeVisible()
    await panel.getByRole('button', { name: 'Enable asker' }).click()
    await expect(panel.getByRole('button', { name: 'Disable asker' })).toBeVisible()
    await panel.getByRole('button', { name: 'Reconnect broken' }).click()
    await expect(panel.getByRole('alert')).toContainText(/broken/)
  })
})

test.describe('limits of the plan', () => {
  test('are shown with their resets and whose they are, and near their end beside the message', async ({ folders, page }) => {
    const model = await startDemoModel()
    const env = { ANTHROPIC_BASE_URL: model.url, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' }
    const app = await App.start({ folders, demo: false, env })
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, 'Hello [used 42 17]')
    await page.goto(app.page)
    const usage = page.getByRole('button', { name: /^Plan usage/ })
    await expect(usage).toContainText('42%')
    await page.goto(`${app.url}#/conversation/${conversation.id}`)
    await app.api.ask(conversation.id, 'Hello [used 86 33]')
    await expect(usage).toContainText('86%')
    await expect(page.getByText(/5-hour limit: 86% used · resets/)).toBeVisible()
    await usage.click()
    const panel = page.getByRole('dialog', { name: 'Plan usage' })
    await expect(panel).toContainText('CLAUDE_CODE_OAUTH_TOKEN')
    await expect(panel).toContainText(/Weekly limit\s*33% used · resets/)
    await looksRight(page, 'limits')
    await app.quit()
    await model.close()
  })
})
