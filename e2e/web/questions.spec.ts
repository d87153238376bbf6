import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('what Claude asks beside permissions', () => {
  test('a question is answered by an option, by several, and in words of one’s own', async ({ app, ui }) => {
    const { conversation } = await opened(ui, app)
    const turn = app.api.ask(conversation.id, 'Choose [question: many] [rate 0]')
    await app.api.approvalOf(conversation.id)
    await expect(ui.getByRole('heading', { name: 'Claude has 2 questions' })).toBeVisible()
    const send = ui.getByRole('button', { name: /^Send answer/ })
    await expect(send).toBeDisabled()
    await ui.getByRole('radio', { name: /SQLite/ }).check()
    await ui.getByRole('checkbox', { name: /Lint/ }).check()
    await ui.getByRole('checkbox', { name: /Types/ }).check()
    await ui.getByRole('textbox', { name: /Which checks/ }).fill('spelling')
    await send.click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    const results = (await app.api.messages(conversation.id)).flatMap(({ blocks }) => blocks)
    const told = results.find((block) => block.type === 'tool_result')?.output ?? ''
    expect(told).toContain('"Which database should the service use?"="SQLite"')
    expect(told).toContain('Types, Lint, spelling')
  })

  test('a question allowed without an answer leaves the choice to Claude; the next one is asked all the same', async ({ app }) => {
    const { conversation } = await readyInstance(app)
    for (const text of ['Choose [question]', 'Choose again [question]']) {
      const turn = app.api.ask(conversation.id, `${text} [rate 0]`)
      const approval = await app.api.approvalOf(conversation.id)
      expect(approval).toMatchObject({ kind: 'question', questions: [{ question: 'Which database should the service use?' }] })
      await app.api.decide(approval.id, { decision: 'allow', remember: 'conversation' })
      expect(await turn).toMatchObject({ outcome: 'done' })
    }
    const told = (await app.api.messages(conversation.id)).flatMap(({ blocks }) => blocks).filter((block) => block.type === 'tool_result')
    expect(told).toHaveLength(2)
    for (const { output } of told) expect(output).not.toContain('did not answer')
  })

  test('a plan is read as a document, and the mode it is approved in stays after a restart', async ({ app, ui }) => {
    const { instance, conversation } = await opened(ui, app)
    const turn = app.api.ask(conversation.id, 'Plan it [plan] [rate 0]')
    await app.api.approvalOf(conversation.id)
    await expect(ui.getByRole('heading', { name: 'Approve this plan?' })).toBeVisible()
    await expect(ui.getByRole('document', { name: 'Plan' }).getByRole('cell', { name: 'settings.ts' })).toBeVisible()
    expect((await app.api.instance(instance.id)).permissionMode).toBe('plan')
    await ui.getByRole('button', { name: 'Approve and accept edits' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    await expect.poll(async () => (await app.api.instance(instance.id)).permissionMode).toBe('acceptEdits')
    const before = (await app.api.instance(instance.id)).process?.pid
    expect(await app.api.ask(conversation.id, 'Go on [rate 0]')).toMatchObject({ outcome: 'done' })
    expect((await app.api.instance(instance.id)).process?.pid).toBe(before)
    await app.api.act(instance.id, 'restart')
    expect(await app.api.ask(conversation.id, 'Write it [write: made.txt hello] [rate 0]')).toMatchObject({ outcome: 'done' })
    expect((await app.api.instance(instance.id)).permissionMode).toBe('acceptEdits')
  })

  test('a plan whose end was not in sight is not approved by a key', async ({ app, ui }) => {
    const { conversation } = await opened(ui, app)
    // As one that is longer than its box.
    await ui.evaluate(() => document.styleSheets[0]?.insertRule('.plan-text { max-height: 60px !important }'))
    const turn = app.api.ask(conversation.id, 'Plan it [plan] [rate 0]')
    await app.api.approvalOf(conversation.id)
    const plan = ui.getByRole('document', { name: 'Plan' })
    await expect(ui.getByText(/more lines below/)).toBeVisible()
    await expect(async () => {
      await ui.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur())
      await ui.keyboard.press('Control+Enter')
      await expect(ui.getByText('You haven’t seen the end of the plan yet.')).toBeVisible({ timeout: 500 })
    }).toPass()
    expect(await app.api.approvals()).toHaveLength(1)
    await plan.evaluate((box) => box.scrollTo(0, box.scrollHeight))
    await expect(ui.getByText(/more lines? below/)).toHaveCount(0)
    await ui.keyboard.press('Control+Enter')
    expect(await turn).toMatchObject({ outcome: 'done' })
  })

  test('a form of an MCP server is filled in; declining it is told as such', async ({ app, ui }) => {
    const server = { command: process.execPath, args: [new URL('../fixtures/mcp-asks.ts', import.meta.url).pathname] }
    const { conversation } = await opened(ui, app, { mcpServers: { asker: server }, allowedTools: ['mcp__asker__deploy'] })
    const turn = app.api.ask(conversation.id, 'Deploy [mcp: asker deploy] [rate 0]')
    await app.api.approvalOf(conversation.id)
    await expect(ui.getByRole('heading', { name: 'asker asks for information' })).toBeVisible()
    await ui.getByRole('button', { name: 'Send', exact: true }).click()
    const field = ui.getByRole('combobox', { name: 'Environment' })
    await expect(field).toHaveAccessibleDescription('Fill in Environment.')
    await expect(field).toBeFocused()
    await ui.getByRole('combobox', { name: 'Environment' }).selectOption('Staging')
    const regions = ui.getByRole('group', { name: 'Regions' })
    for (const region of ['eu', 'us', 'asia']) await regions.getByRole('checkbox', { name: region }).check()
    await ui.getByRole('button', { name: 'Send', exact: true }).click()
    await expect(regions).toHaveAccessibleDescription('Regions can have at most 2 choices.')
    await expect(regions.getByRole('checkbox', { name: 'eu' })).toBeFocused()
    await regions.getByRole('checkbox', { name: 'us' }).uncheck()
    expect(await axeFaults(ui)).toEqual([])
    await ui.getByRole('button', { name: 'Send', exact: true }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    const again = app.api.ask(conversation.id, 'Deploy again [mcp: asker deploy] [rate 0]')
    await app.api.decide((await app.api.approvalOf(conversation.id)).id, { decision: 'deny' })
    expect(await again).toMatchObject({ outcome: 'done' })
    const told = (await app.api.messages(conversation.id)).flatMap(({ blocks }) => blocks).filter((block) => block.type === 'tool_result')
    expect(told.map(({ output }) => output)).toEqual([
      expect.stringContaining('{"action":"accept","content":{"env":"staging","regions":["eu","asia"]}}'),
      expect.stringContaining('{"action":"decline"}'),
    ])
  })
})

/** An instance with a conversation, shown on the page. */
async function opened(page: Page, app: App, config: Parameters<typeof readyInstance>[1] = {}) {
  const story = await readyInstance(app, config)
  await page.locator(`[data-conversation="${story.conversation.id}"]`).click()
  return story
}
