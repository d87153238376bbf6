import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'
import { answer, prompt, writeConversation } from '../support/written-conversation.ts'

test.use({ oneApp: true })

/** A model for which Claude Code has its list; the newest ones keep none. */
const model = 'claude-sonnet-4-5'

test.describe('the to-do list', () => {
  // The app is killed.
  test.use({ oneApp: false })

  test('is pinned above the composer, folded and unfolded, and is there after a reload and a restart', async ({ app, page }) => {
    const { conversation } = await readyInstance(app, { model })
    await page.goto(app.page)
    await page.locator(`[data-conversation="${conversation.id}"]`).click()
    expect(await app.api.ask(conversation.id, 'Keep a list [todo]')).toMatchObject({ outcome: 'done' })
    const pin = page.getByRole('region', { name: 'To-do list' })
    const head = pin.getByRole('button', { name: /1 of 3 to-dos done/ })
    await expect(head).toBeVisible()
    await expect(pin.getByRole('list')).toHaveCount(0)
    await looksRight(page, 'todo-folded')
    await head.click()
    await expect(pin.getByRole('listitem')).toHaveCount(3)
    await expect(pin.getByRole('listitem').nth(1)).toContainText('In progress')
    await looksRight(page, 'todo-open')
    await looksSmall(page, 'todo-small')
    await page.reload()
    await expect(head).toBeVisible()
    expect((await app.api.raw('GET', `/conversations/${conversation.id}`)).body).toMatchObject({ todo: { total: 3, done: 1 } })
    await app.kill()
    const again = await App.start({ folders: app.folders })
    try {
      expect((await again.api.raw('GET', `/conversations/${conversation.id}`)).body).toMatchObject({
        todo: { total: 3, done: 1, items: [{ status: 'completed' }, { status: 'in_progress' }, { status: 'pending' }] },
      })
    } finally {
      await again.quit()
    }
  })
})

test.describe('work in the background', () => {
  test('a command shows what it writes; each of several kinds says what it is, and is stopped by itself', async ({ ui, app }) => {
    const { conversation } = await opened(ui, app, { allowedTools: ['Bash', 'Monitor', 'Agent', 'Task', 'Workflow'] })
    const wait = 'until test -e go; do sleep 0.2; done'
    await app.api.ask(conversation.id, `Build [background: echo compiled 12 files; ${wait}] [monitor: ${wait}]`)
    await app.api.ask(conversation.id, `Look [agent: Work [bash: ${wait}]] [wake: 3600 look at the build again]`)
    const tasks = ui.getByRole('list', { name: 'Background tasks' })
    await expect(tasks.getByRole('listitem')).toHaveCount(4)
    for (const kind of ['Command', 'Monitor', 'Agent', 'Schedule']) await expect(tasks).toContainText(kind)
    await expect(tasks).toContainText(/Schedule · next (at|tomorrow)/)
    await tasks
      .getByRole('button', { name: /^Output of / })
      .first()
      .click()
    await expect(tasks).toContainText('compiled 12 files')
    await looksRight(ui, 'background-kinds')
    await looksSmall(ui, 'background-small')
    await ui.setViewportSize({ width: 1280, height: 800 })
    await tasks
      .getByRole('button', { name: /^Stop / })
      .first()
      .click()
    await expect(tasks.getByRole('listitem')).toHaveCount(3)
    await expect(ui.getByText(/^Background command “.*” was stopped$/).first()).toBeVisible()
    await tasks.getByRole('button', { name: 'Stop look at the build again' }).click()
    await expect(ui.getByText(/is at work now. Wait until it is idle/)).toBeVisible()
    await expect(tasks.getByRole('listitem')).toHaveCount(3)
  })

  test('a turn that Claude begins by itself says why, with its time', async ({ ui, app }) => {
    const { conversation } = await opened(ui, app, { allowedTools: ['Bash'] })
    await app.api.ask(conversation.id, 'Build [background: until test -e go; do sleep 0.2; done]')
    await writeFile(path.join(app.folders.work, 'go'), '')
    const line = ui.locator('.note[data-about="continued"]')
    await expect(line).toContainText(/^Claude continued: the background command “.*” finished/)
    await expect(line.locator('time')).toHaveAttribute('title', /\d{4}/)
    await expect(ui.locator('.note[data-about="background"]')).toHaveCount(0)
    await expect(ui.getByText('The background work has finished.')).toBeVisible()
    await looksRight(ui, 'continued')
  })
})

test.describe('times in the thread', () => {
  test('a line stands between days, each message has its time, and each turn its figures', async ({ folders, page }) => {
    const timing = {
      waitedMs: 4,
      allocatedMs: 4,
      startedMs: 6,
      firstTokenMs: 410,
      totalMs: 2_100,
      toolMs: 0,
      approvalMs: 0,
      origin: 'warm',
    } as const
    const spent = { usage: { input: 1_200, output: 340, cacheRead: 9_000, cacheWrite: 100 }, costUsd: 0.02, model: 'claude-opus-5-5' }
    const id = await writeConversation(folders.data, 1, [
      prompt('What is new?'),
      answer('Nothing yet.', { timing, ...spent }),
      { ...prompt('And today?'), day: 1 },
      answer('A little.', { timing: { ...timing, totalMs: 60_000 }, usage: spent.usage, costUsd: null }),
    ])
    const app = await App.start({ folders })
    try {
      await page.goto(app.page)
      await page.locator(`[data-conversation="${id}"]`).click()
      await expect(page.locator('.day-line')).toHaveText([/February 2/, /February 3/])
      await expect(page.locator('.user time')).toHaveCount(2)
      const first = page.getByRole('button', { name: /^Turn details/ }).first()
      await first.focus()
      await expect(first).toHaveCSS('opacity', '1')
      await page.keyboard.press('Enter')
      const details = page.getByRole('dialog', { name: 'Turn details' })
      for (const words of ['2.1 s', '$0.02', '10.3k / 340', 'Opus 5.5', '410 ms']) await expect(details).toContainText(words)
      await looksRight(page, 'turn-details')
      await page.keyboard.press('Escape')
      await expect(first).toBeFocused()
      await looksRight(page, 'times')
      await looksSmall(page, 'times-small')
    } finally {
      await app.quit()
    }
  })
})

test.describe('hooks', () => {
  test('what one has blocked names the hook and its reason', async ({ ui, app }) => {
    const denied = { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: 'Use rg instead of grep' }
    const command = `echo '${JSON.stringify({ hookSpecificOutput: denied })}'`
    await mkdir(path.join(app.folders.work, '.claude'), { recursive: true })
    const hooks = { PreToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command }] }] }
    await writeFile(path.join(app.folders.work, '.claude', 'settings.json'), JSON.stringify({ hooks }))
    const { conversation } = await opened(ui, app, { allowedTools: ['Bash'] })
    await app.api.ask(conversation.id, 'Search [bash: grep -r x .]')
    await expect(ui.getByText('Blocked by the PreToolUse:Bash hook: Use rg instead of grep')).toBeVisible()
    await looksRight(ui, 'hook-blocked')
  })
})

/** On a telephone: axe finds nothing, and nothing is wider than the page. */
async function looksSmall(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 })
  const folder = process.env['SCREENS_FOLDER']
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) })
  expect(await axeFaults(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
}

/** An instance with a conversation, shown on the page. */
async function opened(page: Page, app: App, config: Parameters<typeof readyInstance>[1] = {}) {
  const story = await readyInstance(app, config)
  await page.locator(`[data-conversation="${story.conversation.id}"]`).click()
  return story
}
