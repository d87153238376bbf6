import path from 'node:path'
import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

const echo = path.resolve(import.meta.dirname, '..', 'fixtures', 'mcp-echo.ts')

test.describe('rules of one’s own', () => {
  test('a rule is made from a card in plain words, named at the call that it allowed, and changed and revoked on its screen', async ({
    app,
    ui,
  }) => {
    const { conversation } = await opened(ui, app)
    const turn = app.api.ask(conversation.id, 'Go [bash: touch one]')
    await app.api.approvalOf(conversation.id)
    await ui.getByRole('button', { name: 'Always allow…' }).click()
    await expect(ui.getByRole('radio', { name: /running touch one in/ })).toBeChecked()
    await expect(ui.getByText('Exactly this command')).toBeVisible()
    await looksRight(ui, 'always-allow')
    await ui.keyboard.press('ArrowDown')
    await expect(ui.getByRole('radio', { name: /commands that start with touch one in/ })).toBeChecked()
    await ui.getByRole('button', { name: 'Edit rule' }).click()
    await ui.getByLabel('First words of the command').fill('touch')
    await expect(ui.getByRole('radio', { name: /commands that start with touch in/ })).toBeChecked()
    await ui.getByRole('button', { name: 'Allow and add rule' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    expect(await app.api.ask(conversation.id, 'Go on [bash: touch two]')).toMatchObject({ outcome: 'done' })
    await ui.locator('.tool-line', { hasText: 'touch two' }).click()
    await expect(ui.getByText(/Allowed by rule: Allows running commands that start with “touch”/)).toBeVisible()
    await ui.reload()
    await ui.locator('.tool-line', { hasText: 'allowed by rule' }).click()
    await ui.getByRole('button', { name: 'Show rule' }).click()
    await expect(ui.getByRole('heading', { name: 'Rules' })).toBeVisible()
    const rule = ui.locator('.rule')
    await expect(rule).toContainText('Used 1 time')
    await rule.getByRole('button', { name: 'Edit' }).click()
    await rule.getByLabel('Note').fill('While we set this up')
    await looksRight(ui, 'rules')
    await rule.getByRole('button', { name: 'Save' }).click()
    await expect(rule).toContainText('While we set this up')
    await ui.getByLabel('Search rules').fill('nothing like it')
    await expect(ui.getByText('No matches.')).toBeVisible()
    await ui.getByLabel('Search rules').fill('set this up')
    await rule.getByRole('button', { name: 'Revoke' }).click()
    await expect(ui.getByText('No rules yet.')).toBeVisible()
    await ui.getByRole('button', { name: 'Undo' }).click()
    await expect(rule).toBeVisible()
    await rule.getByRole('button', { name: 'Revoke' }).click()
    await expect.poll(async () => (await app.api.raw('GET', '/rules')).body).toMatchObject({ items: [] })
    const again = app.api.ask(conversation.id, 'Once more [bash: touch three]')
    const asked = await app.api.approvalOf(conversation.id)
    await app.api.decide(asked.id, { decision: 'deny' })
    await again
  })

  test('over REST: strict, with a second yes for everything, and never for what Claude Code does not let be allowed for good', async ({
    app,
  }) => {
    const { conversation } = await readyInstance(app)
    expect(await app.api.refusal('POST', '/rules', { tool: '*', decision: 'allow' })).toMatchObject({
      status: 400,
      info: { data: { field: 'confirm' } },
    })
    expect(await app.api.refusal('POST', '/rules', { tool: 'Bash', patern: 'x', decision: 'deny' })).toMatchObject({
      info: { data: { field: 'patern' } },
    })
    const made = await app.api.raw('POST', '/rules', { tool: '*', decision: 'allow', confirm: true })
    expect(made).toMatchObject({ status: 200, body: { words: 'Allows every call of every tool', broad: true } })
    const turn = app.api.ask(conversation.id, 'Clean up [bash: rm -rf /]')
    const asked = await app.api.approvalOf(conversation.id)
    expect(asked).toMatchObject({ facts: { suppressAlwaysAllow: true } })
    expect(asked).not.toHaveProperty('ruleProposals')
    const refused = await app.api.refusal('POST', `/approvals/${asked.id}`, { decision: 'allow', remember: 'rule' })
    expect(refused).toMatchObject({ status: 400, info: { data: { field: 'remember' } } })
    await app.api.decide(asked.id, { decision: 'deny' })
    await turn
    expect((await app.api.raw('GET', '/rules')).body).toMatchObject({ items: [{ tool: '*' }], most: 500 })
  })

  test('a tool of an MCP server shows its arguments as fields and the server, and offers rules for that server', async ({ app, ui }) => {
    const { conversation } = await opened(ui, app, { mcpServers: { tracker: { command: process.execPath, args: [echo] } } })
    const input = { id: 3, labels: ['done', 'a "quoted"\nline'], options: { notify: false } }
    const turn = app.api.ask(conversation.id, `Close it [mcp: tracker close ${JSON.stringify(input)}]`)
    await app.api.approvalOf(conversation.id)
    await expect(ui.getByText('tracker · set up for this instance')).toBeVisible()
    await expect(ui.getByLabel('The input')).toContainText('a "quoted"')
    await expect(ui.getByLabel('The input')).not.toContainText('\\n')
    await looksRight(ui, 'mcp-card')
    await ui.getByRole('button', { name: 'Always allow…' }).click()
    await expect(ui.getByRole('radio', { name: /using close of tracker with exactly these arguments/ })).toBeChecked()
    await expect(ui.getByRole('radio', { name: /using close of tracker with any arguments/ })).toBeVisible()
    await ui.keyboard.press('Escape')
    await ui.getByRole('button', { name: 'Allow once' }).click()
    expect(await turn).toMatchObject({ outcome: 'done' })
    await newRule(ui)
    await ui.getByLabel('Applies to').selectOption('A tool of an MCP server')
    await ui.getByRole('button', { name: 'Add rule' }).click()
    await expect(ui.getByText('Choose a tool.')).toBeVisible()
    await ui.getByLabel('Tool', { exact: true }).selectOption('tracker · close')
    await expect(ui.locator('.rule-preview')).toContainText('Allows using close of tracker with any arguments')
    await ui.getByRole('button', { name: 'Add rule' }).click()
    await expect(ui.locator('.rule')).toContainText('Allows using close of tracker with any arguments')
    expect(await app.api.ask(conversation.id, 'Another [mcp: tracker close {"id":4}]')).toMatchObject({ outcome: 'done' })
    await expect(ui.locator('.rule')).toContainText('Used 1 time')
  })

  test('a rule that denies is made by keyboard alone, with its words in sight, what is wrong at its field, and what reaches far said', async ({
    app,
    ui,
  }) => {
    const { conversation } = await readyInstance(app)
    await newRule(ui)
    await expect(ui.getByRole('radio', { name: 'Allowed without asking' })).toBeFocused()
    await ui.keyboard.press('ArrowDown')
    await ui.keyboard.press('Tab')
    await ui.keyboard.press('End')
    await expect(ui.locator('.rule-preview')).toContainText('Denies every call of every tool')
    await expect(ui.getByText('Broad: Claude can’t use any tool.')).toBeVisible()
    await ui.keyboard.press('Home')
    await ui.keyboard.press('ArrowDown')
    await ui.keyboard.press('Tab')
    await ui.keyboard.type('git push; rm')
    await ui.keyboard.press('Enter')
    const words = ui.getByLabel('First words of the command')
    await expect(words).toHaveAccessibleDescription(/plain words/)
    await expect(words).toBeFocused()
    await looksRight(ui, 'new-rule')
    await looksRight(ui, 'new-rule-small', { small: { width: 390, height: 780 } })
    await ui.keyboard.press('ControlOrMeta+a')
    await ui.keyboard.type('git push')
    await expect(ui.locator('.rule-preview')).toContainText('Denies running commands that start with git push in any folder')
    await ui.keyboard.press('Enter')
    const rule = ui.locator('.rule')
    await expect(rule).toContainText('Denies running commands that start with git push')
    await expect(rule).toBeFocused()
    await looksRight(ui, 'rules-small', { small: { width: 390, height: 780 } })
    expect(await app.api.ask(conversation.id, 'Go [bash: git push origin]')).toMatchObject({ outcome: 'done' })
    await expect(rule).toContainText('Used 1 time')
    await newRule(ui)
    await ui.getByLabel('Applies to').selectOption('Every tool')
    await expect(ui.getByRole('button', { name: 'Add rule' })).toBeDisabled()
    await ui.getByRole('checkbox', { name: 'Yes, allow all of this without asking' }).check()
    await expect(ui.getByRole('button', { name: 'Add rule' })).toBeEnabled()
    await looksRight(ui, 'new-rule-everything')
    await ui.keyboard.press('Escape')
    await expect(rule).toHaveCount(1)
  })
})

/** From the palette, wherever one is. */
async function newRule(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('New rule')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'New rule' })).toBeVisible()
}

async function opened(page: Page, app: App, config: Parameters<typeof readyInstance>[1] = {}) {
  const story = await readyInstance(app, config)
  await page.locator(`[data-conversation="${story.conversation.id}"]`).click()
  return story
}

test('several requests of one tool are decided together, once all were in sight; one that Claude Code warns of is not among them', async ({
  app,
  ui,
}) => {
  const stories = [await readyInstance(app), await readyInstance(app), await readyInstance(app)]
  const turns = stories.map(({ conversation }, at) => app.api.ask(conversation.id, `Go [bash: touch file${at}]`))
  const asked = await Promise.all(stories.map(({ conversation }) => app.api.approvalOf(conversation.id)))
  const lone = await readyInstance(app)
  const grave = app.api.ask(lone.conversation.id, 'Clean up [bash: rm -rf /]')
  const alone = await app.api.approvalOf(lone.conversation.id)
  const ids = [...asked.map(({ id }) => id), alone.id]
  expect(await app.api.refusal('POST', '/approvals', { ids, decision: 'allow' })).toMatchObject({ status: 400 })
  await ui.getByRole('button', { name: /^Needs you \d/ }).click()
  await ui.getByRole('button', { name: 'Decide 3 together…' }).first().click()
  await expect(ui.getByRole('heading', { name: 'Decide 3 together' })).toBeVisible()
  await looksRight(ui, 'together')
  await ui
    .getByRole('listitem')
    .filter({ hasText: 'touch file2' })
    .getByRole('checkbox', { name: /Run a command/ })
    .uncheck()
  await ui.getByRole('button', { name: 'Allow these 2' }).click()
  expect(await Promise.all(turns.slice(0, 2))).toMatchObject([{ outcome: 'done' }, { outcome: 'done' }])
  await ui.getByRole('checkbox', { name: /Run a command/ }).check()
  await ui.getByRole('button', { name: 'Deny these 1' }).click()
  await turns[2]
  await expect(ui.getByRole('heading', { name: /Decide/ })).toHaveCount(0)
  await app.api.decide(alone.id, { decision: 'deny' })
  await grave
})
