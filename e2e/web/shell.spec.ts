import type { Page, WebSocketRoute } from '@playwright/test'
import { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

test.describe('around the conversation', () => {
  test('a reload and the browser’s own buttons keep the screen', async ({ ui, app }) => {
    const { conversation, instance } = await readyInstance(app)
    await row(ui, conversation.id).click()
    await ui.locator('.sidebar-link', { hasText: 'Settings' }).click()
    await expect(ui.getByRole('heading', { name: 'Settings' })).toBeVisible()
    await ui.goBack()
    await expect(ui.getByPlaceholder(`Message ${instance.name}`)).toBeVisible()
    await ui.reload()
    await expect(ui.getByPlaceholder(`Message ${instance.name}`)).toBeVisible()
    await ui.goForward()
    await expect(ui.getByRole('heading', { name: 'Settings' })).toBeVisible()
  })

  test('a lost connection is said, opened again, and misses nothing of an answer', async ({ app, page }) => {
    const sockets: WebSocketRoute[] = []
    let isOpen = true
    await page.routeWebSocket(/\/rpc$/, (socket) => {
      if (!isOpen) return void socket.close()
      socket.connectToServer()
      sockets.push(socket)
    })
    await page.goto(app.page)
    const { conversation } = await readyInstance(app)
    await row(page, conversation.id).click()
    await app.api.send(conversation.id, '[long 200] [rate 40]')
    await expect(page.locator('.thread')).toContainText('The quick instance')
    isOpen = false
    await sockets.at(-1)?.close()
    await expect(page.getByText(/Disconnected. Reconnecting/)).toBeVisible()
    isOpen = true
    await expect(page.getByText(/Disconnected. Reconnecting/)).toBeHidden()
    await expect(page.getByRole('button', { name: /Stop/ })).toBeHidden()
    const messages = await app.api.messages(conversation.id)
    const said = messages.filter(({ role }) => role === 'assistant').flatMap(({ text }) => text.split('\n'))
    const lines = said.filter((line) => /^\d+\. /.test(line)).map((line) => line.replace(/^\d+\. /, '').trim())
    expect(lines.length).toBeGreaterThan(3)
    expect(await page.locator('.thread li').allInnerTexts()).toEqual(lines)
  })

  test('an address whose token is old says where the new one is', async ({ app, page }) => {
    await page.goto(`${app.url}/#token=${'x'.repeat(43)}`)
    await expect(page.getByRole('heading', { name: 'This address is no longer valid' })).toBeVisible()
  })

  test.describe('whose app is killed', () => {
    test.use({ oneApp: false })

    test('a browser that opened the address once stays signed in, in other tabs and after a restart', async ({ app, page, context }) => {
      await page.goto(app.page)
      await expect(page.locator('.sidebar')).toBeVisible()
      const bookmark = await context.newPage()
      await bookmark.goto(app.url)
      await expect(bookmark.locator('.sidebar')).toBeVisible()
      await app.kill()
      const again = await App.start({ folders: app.folders })
      expect(again.url).toBe(app.url)
      const later = await context.newPage()
      await later.goto(again.url)
      await expect(later.locator('.sidebar')).toBeVisible()
      await again.quit()
    })
  })

  test('a conversation is renamed, handed to another instance and deleted from its menu', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app, { name: 'giver' })
    await app.api.spawn({ name: 'taker', cwd: app.folders.work })
    await app.api.ask(conversation.id, '[echo: remember me]')
    const choose = async (item: RegExp) => {
      await row(ui, conversation.id).click({ button: 'right' })
      await ui.getByRole('menuitem', { name: item }).click()
    }
    await choose(/^Rename/)
    await ui.getByRole('textbox', { name: 'Title' }).fill('A better name')
    await ui.keyboard.press('Enter')
    await expect(row(ui, conversation.id)).toContainText('A better name')
    await choose(/^Move to another/)
    await ui.getByRole('button', { name: 'Move' }).click()
    await expect(row(ui, conversation.id)).toContainText('taker')
    await row(ui, conversation.id).click()
    await ui.getByPlaceholder(/Message taker/).fill('[echo: in other hands]')
    await ui.keyboard.press('Enter')
    await expect(ui.locator('.thread').getByText('in other hands', { exact: true })).toBeVisible()
    await expect(ui.getByRole('button', { name: /Stop/ })).toBeHidden()
    await choose(/^Delete/)
    await ui.getByRole('button', { name: 'Delete conversation' }).click()
    await expect(row(ui, conversation.id)).toBeHidden()
    await expect(ui.getByRole('heading', { name: /Pick up where you left off/ })).toBeVisible()
  })

  test('an answer that came while one looked elsewhere is marked until it is read', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, '[echo: news]')
    await expect(row(ui, conversation.id)).toHaveAttribute('data-unread', 'true')
    await row(ui, conversation.id).click()
    await expect(row(ui, conversation.id)).toHaveAttribute('data-unread', 'false')
    await ui.reload()
    await expect(row(ui, conversation.id)).toHaveAttribute('data-unread', 'false')
  })

  test.describe('among hundreds', () => {
    test.use({ oneApp: false })

    test('titles are looked for in all conversations, also those that are not on the page yet', async ({ ui, app }) => {
      await app.api.createConversation({ title: 'The needle' })
      for (let made = 0; made < 420; made += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, index) => app.api.createConversation({ title: `Hay ${made + index}` })))
      }
      await ui.reload()
      await ui.getByRole('button', { name: 'Search titles' }).click()
      await ui.keyboard.type('needle')
      await expect(ui.locator('[data-conversation]')).toHaveCount(1)
      await expect(ui.locator('[data-conversation]')).toContainText('The needle')
      await ui.keyboard.press('Escape')
      await expect(ui.locator('[data-conversation]').first()).toContainText('Hay')
      expect(await ui.locator('[data-conversation]').count()).toBeLessThan(100)
    })
  })

  test.describe('at a first start', () => {
    test.use({ oneApp: false })

    test('the sidebar is hidden, made wider by keys, and stays so', async ({ ui }) => {
      const sidebar = ui.getByRole('navigation')
      await ui.getByRole('separator', { name: 'Width of the sidebar' }).focus()
      await ui.keyboard.press('ArrowRight')
      await expect(sidebar).toHaveCSS('width', '272px')
      await ui.keyboard.press('Control+b')
      await expect(sidebar).toBeHidden()
      await ui.reload()
      await expect(ui.getByRole('heading', { name: 'All your Claude Code sessions in one place' })).toBeVisible()
      await expect(sidebar).toBeHidden()
      await ui.getByRole('button', { name: 'Show the sidebar' }).click()
      await expect(sidebar).toHaveCSS('width', '272px')
    })
  })

  test('until it is known what there is, and where, a press on the page does nothing; keys of commands are heard', async ({
    app,
    page,
  }) => {
    const known = Promise.withResolvers<void>()
    await page.routeWebSocket(/.*/, (ours) => {
      const theirs = ours.connectToServer()
      theirs.onMessage((message) => void known.promise.then(() => ours.send(message)))
    })
    await page.goto(app.page)
    const pool = page.locator('.sidebar-link', { hasText: 'Pool' })
    const { x, y } = (await pool.boundingBox()) ?? { x: 0, y: 0 }
    await page.mouse.click(x + 10, y + 10)
    const screen = page.getByRole('heading', { level: 1, name: 'Pool' })
    await expect(screen).toHaveCount(0)
    await page.keyboard.press('Control+k')
    const palette = page.getByPlaceholder(/Search or run a command/)
    await expect(palette).toBeFocused()
    known.resolve()
    await expect(page.locator('.shell-body')).toHaveAttribute('data-loaded', 'true')
    await expect(palette).toBeFocused()
    await page.keyboard.press('Escape')
    await pool.click()
    await expect(screen).toBeVisible()
  })

  test('on a narrow window the sidebar is a drawer that Escape puts away', async ({ ui, app }) => {
    const { conversation } = await readyInstance(app)
    await ui.setViewportSize({ width: 420, height: 760 })
    await expect(ui.getByRole('navigation')).toBeHidden()
    await ui.getByRole('button', { name: 'Show the sidebar' }).click()
    await expect(ui.getByRole('navigation').getByRole('button', { name: /Search or go to/ })).toBeFocused()
    await ui.keyboard.press('Escape')
    await expect(ui.getByRole('navigation')).toBeHidden()
    await expect(ui.getByRole('button', { name: 'Show the sidebar' })).toBeFocused()
    await ui.keyboard.press('Enter')
    await row(ui, conversation.id).click()
    await expect(ui.getByRole('navigation')).toBeHidden()
    await expect(ui.getByRole('textbox', { name: 'Message' })).toBeVisible()
    const overflow = await ui.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBe(0)
  })

  test('a dialog with something written in it stays when a key or a click falls beside it', async ({ ui, app }) => {
    await ui.getByRole('button', { name: 'New instance' }).last().click()
    await ui.getByLabel('Folder', { exact: true }).fill(app.folders.work)
    await ui.keyboard.press('Control+,')
    await ui.mouse.click(8, 400)
    await expect(ui.getByRole('heading', { name: 'Settings' })).toBeHidden()
    await ui.getByRole('button', { name: 'Create instance' }).click()
    await expect(ui.locator('.instance-row')).toBeVisible()
  })
})

function row(page: Page, conversationId: string) {
  return page.locator(`[data-conversation="${conversationId}"]`)
}
