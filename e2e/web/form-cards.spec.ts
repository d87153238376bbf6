import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('what MCP servers ask', () => {
  test('a form with every kind of field: defaults, checks at the field, and what is sent; by keyboard', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, 'every')
    await expect(ui.getByRole('textbox', { name: 'Name' })).toHaveValue('Ada')
    await expect(ui.getByRole('spinbutton', { name: 'Count' })).toHaveValue('3')
    await expect(ui.getByRole('checkbox', { name: /^Sure/ })).toBeChecked()
    await expect(ui.getByRole('combobox', { name: /^Size/ })).toHaveValue('m')
    await ui.getByRole('textbox', { name: 'Name' }).focus()
    await ui.keyboard.press('Enter')
    const mail = ui.getByRole('textbox', { name: 'Email' })
    await expect(mail).toBeFocused()
    await expect(mail).toHaveAccessibleDescription('Fill in Email.')
    await ui.keyboard.type('ada@')
    await ui.keyboard.press('Enter')
    await expect(mail).toHaveAccessibleDescription('Email must be an email address, such as ada@example.com.')
    await looksRight(ui, 'form-every')
    await ui.reload()
    await expect(mail).toHaveValue('ada@')
    await mail.fill('ada@example.com')
    await ui.getByRole('textbox', { name: /^Page/ }).fill('https://example.com')
    await ui.getByLabel(/^Day/).fill('2026-03-31')
    await ui.getByRole('spinbutton', { name: /^Share/ }).fill('0.5')
    await ui.keyboard.press('Enter')
    expect(await turn).toMatchObject({ outcome: 'done' })
    const content = { name: 'Ada', mail: 'ada@example.com', page: 'https://example.com', day: '2026-03-31', share: 0.5, count: 3 }
    expect(await told(app, conversation.id)).toContain(JSON.stringify({ ...content, sure: true, size: 'm' }))
  })

  test('a page to open: shown whole, opened by the user, and over when the server says so', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, 'page')
    const link = ui.getByRole('link', { name: 'Open page' })
    const address = (await link.getAttribute('href')) ?? ''
    await expect(ui.getByText(address, { exact: true })).toBeVisible()
    await expect(ui.getByText(/^Opens 127\.0\.0\.1:\d+ in your browser\.$/)).toBeVisible()
    await looksRight(ui, 'form-address')
    const [page] = await Promise.all([ui.context().waitForEvent('page'), link.click()])
    await page.waitForLoadState()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('"action":"accept"')
  })

  test('a page that is opened elsewhere: the card says that the server has heard of it, and waits for the user', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, 'page')
    const address = (await ui.getByRole('link', { name: 'Open page' }).getAttribute('href')) ?? ''
    expect((await fetch(address)).status).toBe(200)
    await expect(ui.getByText('asker says this is done.')).toBeVisible()
    const [approval] = await app.api.approvals()
    expect(approval?.elicitation).toMatchObject({ mode: 'url', completed: true, elicitationId: 'page-1' })
    await ui.getByRole('button', { name: /^I’m done/ }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('"action":"accept"')
  })

  test('a hostile form is bounded, and harmless', async ({ app, ui }) => {
    const { conversation, turn } = await asked(app, ui, 'hostile')
    const card = ui.locator('.approval')
    expect(await card.locator('img, script, b').count()).toBe(0)
    await expect(card.getByText('… 443 more fields')).toBeVisible()
    await expect(card.getByText('… 2,940 more options')).toBeVisible()
    await looksRight(ui, 'form-hostile')
    await card.getByRole('radio', { name: 'option 7', exact: true }).check()
    const story = card.getByRole('textbox', { name: /^Story/ })
    await expect(card.getByLabel('Story (optional)').getByText('word').first()).toBeVisible()
    await expect(story).toHaveCount(0)
    await card.getByRole('button', { name: /^Write your own: Story/ }).click()
    await expect(story).toBeFocused()
    await story.fill('mine')
    await card.getByRole('button', { name: /^Send/ }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await told(app, conversation.id)).toContain('"content":{"constructor":"option 7","story":"mine"}')
  })
})

/** A conversation on the page in which an MCP server has just asked. */
async function asked(app: App, ui: Page, tool: string) {
  const asker = { command: process.execPath, args: [new URL('../fixtures/mcp-asks.ts', import.meta.url).pathname] }
  const { conversation } = await readyInstance(app, { mcpServers: { asker }, allowedTools: [`mcp__asker__${tool}`] })
  await ui.locator(`[data-conversation="${conversation.id}"]`).click()
  const turn = app.api.ask(conversation.id, `Ask [mcp: asker ${tool}] [rate 0]`)
  const approval = await app.api.approvalOf(conversation.id)
  await ui.getByRole('heading', { name: /^asker asks/ }).waitFor()
  return { conversation, turn, approval }
}

/** What Claude read of the last call. */
async function told(app: App, conversationId: string): Promise<string> {
  const blocks = (await app.api.messages(conversationId)).flatMap((message) => message.blocks)
  return blocks.findLast((block) => block.type === 'tool_result')?.output ?? ''
}
