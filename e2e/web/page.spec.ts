import type { Page } from '@playwright/test'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'
import type { App } from '../support/app.ts'

test.use({ oneApp: true })

test.describe('the page', () => {
  test('a first start: says what this is, makes an instance, and talks to it', async ({ ui, app }) => {
    await expect(ui.getByText('Demo mode: sample answers.')).toBeVisible()
    await ui.getByRole('button', { name: 'New instance' }).last().click()
    await ui.getByLabel('Folder', { exact: true }).fill(app.folders.work)
    await ui.getByLabel('Name', { exact: true }).fill('first')
    await ui.getByRole('button', { name: 'Create instance' }).click()
    await expect(ui.getByPlaceholder(/Message first/)).toBeFocused()
    await ui.keyboard.type('Hello [markdown]')
    await ui.keyboard.press('Enter')
    await expect(ui.locator('.thread h2', { hasText: 'A plan in three steps' })).toBeVisible()
    await expect(ui.locator('.thread table')).toBeVisible()
    await expect(ui.locator('[data-conversation]')).toContainText('Hello')
    expect(ui.url()).not.toContain(app.token)
  })

  test('a name that is taken and a folder that is missing are said at their fields, and nothing typed is lost', async ({ ui, app }) => {
    await app.api.spawn({ name: 'taken', cwd: app.folders.work, start: false })
    await ui.getByRole('button', { name: 'New instance' }).first().click()
    await ui.getByLabel('Folder', { exact: true }).fill('/no/such/folder')
    await ui.getByLabel('Name', { exact: true }).fill('Taken')
    await ui.getByRole('button', { name: 'Create instance' }).click()
    await expect(ui.getByText(/already an instance named taken/)).toBeVisible()
    await ui.getByLabel('Name', { exact: true }).fill('free')
    await ui.getByRole('button', { name: 'Create instance' }).click()
    await expect(ui.getByText(/\/no\/such\/folder/)).toHaveText(/Create it first/)
    await expect(ui.getByLabel('Folder', { exact: true })).toHaveValue('/no/such/folder')
  })

  test('a question is answered by a chord, never by a bare Enter', async ({ ui, app }) => {
    const { conversation } = await opened(ui, app)
    await app.api.send(conversation.id, '[bash: echo yes > made.txt]')
    await expect(ui.locator('.approval')).toContainText('echo yes > made.txt')
    await ui.keyboard.press('Enter')
    await expect(ui.locator('.approval')).toBeVisible()
    // A card that has just come up takes no chord yet: it may have been meant for the one before.
    await expect(async () => {
      await ui.keyboard.press('Control+Enter')
      await expect(ui.locator('.approval')).toBeHidden({ timeout: 300 })
    }).toPass()
    await expect(ui.locator('.thread')).toContainText('That is done')
  })

  test('characters that hide what runs are made visible', async ({ ui, app }) => {
    const { conversation } = await opened(ui, app)
    await app.api.send(conversation.id, '[bash: touch \u202Egnp.exe]')
    await expect(ui.getByLabel('The command', { exact: true }).locator('.unseen-character')).toBeVisible()
  })

  test('a message to a busy instance waits visibly, is changed, and is withdrawn', async ({ ui, app }) => {
    await opened(ui, app)
    await say(ui, 'Tell me [long 900] [rate 40]')
    await expect(ui.getByRole('button', { name: /Stop/ })).toBeVisible()
    await say(ui, 'and then this')
    const waiting = ui.locator('.waiting-message')
    await expect(waiting).toContainText('and then this')
    await waiting.getByRole('button', { name: 'Remove from queue' }).click()
    await expect(waiting).toBeHidden()
    await expect(ui.locator('.thread')).toContainText('The quick instance')
    await ui.keyboard.press('Control+.')
    await expect(ui.getByRole('button', { name: /Stop/ })).toBeHidden({ timeout: 2_000 })
    await expect(ui.locator('.thread')).toContainText('The quick instance')
  })

  test('scrolling up while an answer streams is not disturbed', async ({ ui, app }) => {
    const { conversation } = await opened(ui, app)
    await app.api.ask(conversation.id, '[long 900] [rate 0]')
    await app.api.send(conversation.id, '[long 400] [rate 60]')
    await expect(ui.getByRole('button', { name: /Stop/ })).toBeVisible()
    const scroller = ui.locator('.thread-scroller')
    await scroller.hover()
    await ui.mouse.wheel(0, -600)
    const place = () => scroller.evaluate((element) => element.scrollTop)
    await expect.poll(async () => (await place()) > 0).toBe(true)
    const before = await place()
    await ui.waitForTimeout(1_000)
    expect(Math.abs((await place()) - before)).toBeLessThan(3)
  })

  test('a title is given by hand, and everything is there after a reload', async ({ ui, app }) => {
    const { conversation } = await opened(ui, app)
    await app.api.ask(conversation.id, '[echo: keep this]')
    await ui.locator('.conversation-title button').click()
    await ui.locator('.conversation-title-field').fill('Named by hand')
    await ui.keyboard.press('Enter')
    await expect(ui.locator('[data-conversation]')).toContainText('Named by hand')
    await ui.reload()
    await ui.locator('[data-conversation]', { hasText: 'Named by hand' }).click()
    await expect(ui.locator('.thread')).toContainText('keep this')
  })

  test('an instance is held, frozen, parked and resumed from its menu, and says so in words', async ({ ui, app }) => {
    await opened(ui, app)
    const row = ui.locator('.instance-row')
    const choose = async (item: string | RegExp) => {
      await row.hover()
      await row.getByRole('button', { name: /Actions for/ }).click()
      await ui.getByRole('menuitem', { name: item }).click()
    }
    await choose(/^Hold/)
    await expect(row).toContainText('Held')
    await choose(/^Resume/)
    await choose(/^Freeze/)
    await expect(row).toContainText(/Frozen · 1\d\d s left/)
    await choose(/^Resume/)
    await choose(/^Park/)
    await expect(row).toContainText('Parked')
    await choose(/^Resume/)
    await expect(row.locator('.sr-only')).toContainText('Idle')
  })

  test('what waits anywhere is in one place', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.send(conversation.id, '[bash: touch one.txt]')
    await ui.locator('.sidebar-link', { hasText: 'Needs you' }).click()
    await expect(ui.locator('.approval')).toContainText('touch one.txt')
    await ui.getByRole('button', { name: /Allow once/ }).click()
    await expect(ui.getByText('Nothing needs you.')).toBeVisible()
  })

  test('the palette goes anywhere and does anything by keyboard alone', async ({ ui, app }) => {
    await readyInstance(app, { name: 'quick fox' })
    await ui.keyboard.press('Control+k')
    await ui.keyboard.type('settings')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('heading', { name: 'Settings' })).toBeVisible()
    await ui.getByLabel('Theme').selectOption('dark')
    await expect(ui.locator('html')).toHaveAttribute('data-theme', 'dark')
    await ui.keyboard.press('Control+k')
    await ui.keyboard.type('quick fox')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('heading', { name: 'quick fox' })).toBeVisible()
  })

  test('nothing that axe knows is wrong with any screen', async ({ ui, app }) => {
    const { conversation } = await opened(ui, app)
    await app.api.send(conversation.id, '[edit] [think]')
    await expect(ui.locator('.approval')).toBeVisible()
    expect(await axeFaults(ui)).toEqual([])
    for (const key of ['Control+Shift+y', 'Control+,', 'Control+Shift+l', 'Control+k']) {
      await ui.keyboard.press('Escape')
      await ui.keyboard.press(key)
      await ui.waitForTimeout(200)
      expect(await axeFaults(ui), key).toEqual([])
    }
  })
})

/** An instance with a conversation, shown on the page. */
async function opened(page: Page, app: App) {
  const story = await readyInstance(app)
  await page.locator(`[data-conversation="${story.conversation.id}"]`).click()
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible()
  return story
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.keyboard.press('Enter')
}
