import type { Page } from '@playwright/test'
import { z } from 'zod'
import { startDemoModel } from '../../electron/demo/demo-model.ts'
import { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const steps = 'Do [bash: sleep 3; echo one] [bash: echo two]'

async function opened(ui: Page, app: App) {
  const made = await readyInstance(app, { allowedTools: ['Bash'] })
  await ui.locator(`[data-conversation="${made.conversation.id}"]`).click()
  const field = ui.getByRole('textbox', { name: 'Message', exact: true })
  await field.waitFor()
  return { ...made, field, waiting: ui.locator('.waiting-message') }
}

test.describe('messages while Claude works', () => {
  test('Ctrl+Enter sends into the running turn; the message stands where Claude took it', async ({ app, ui }) => {
    const { conversation, field, waiting } = await opened(ui, app)
    await field.fill(steps)
    await field.press('Enter')
    await expect(ui.getByRole('button', { name: /^Stop/ })).toBeVisible()
    await expect(field).toHaveValue('')
    await field.fill('Use tabs')
    await field.press('Control+Enter')
    await expect(waiting).toContainText('Claude reads it at its next step')
    await expect(waiting).toBeHidden()
    await expect(ui.getByText(/While I worked, you added/)).toBeVisible()
    await expect(ui.getByRole('button', { name: /^Stop/ })).toBeHidden()
    const said = await app.api.messages(conversation.id)
    expect(said.filter(({ role }) => role === 'user').map(({ text }) => text)).toEqual([steps, 'Use tabs'])
    expect(said.at(-1)?.role).toBe('assistant')
    await looksRight(ui, 'sent-now')
  })

  test('waiting messages change places by keys and go back to the composer with a stop', async ({ app, ui }) => {
    const { field, waiting } = await opened(ui, app)
    await field.fill('Say [long 2000] [rate 30]')
    await field.press('Enter')
    await expect(ui.getByRole('button', { name: /^Stop/ })).toBeVisible()
    await expect(field).toHaveValue('')
    for (const text of ['first', 'second', 'third']) {
      await field.fill(text)
      await field.press('Enter')
      await expect(waiting.filter({ hasText: text })).toBeVisible()
    }
    await field.fill('still writing')
    await looksRight(ui, 'queue')
    const third = waiting.filter({ hasText: 'third' })
    await third.getByRole('button', { name: 'Edit queued message' }).focus()
    await ui.keyboard.press('Alt+ArrowUp')
    await expect(waiting.nth(1)).toContainText('third')
    await third.getByRole('button', { name: 'Move up' }).click()
    await expect(waiting.first()).toContainText('third')
    await ui.getByRole('button', { name: 'More ways to stop' }).click()
    await ui.getByRole('menuitem', { name: /Stop and clear the queue/ }).click()
    await expect(field).toHaveValue('third\n\nfirst\n\nsecond\n\nstill writing')
    await expect(waiting).toBeHidden()
    await expect(ui.getByRole('button', { name: /^Stop/ })).toBeHidden()
  })

  test('kill -9 of the app while a message is on its way into a turn: it is there once', async ({ folders }) => {
    const first = await App.start({ folders })
    const { conversation } = await readyInstance(first, { allowedTools: ['Bash'] })
    await first.api.call(z.unknown(), 'POST', `/conversations/${conversation.id}/messages`, {
      text: 'Do [bash: echo once >> effects.txt; sleep 300]',
    })
    await until('the tool to run', async () => (await first.api.instances())[0]?.activity?.includes('effects') === true)
    await first.api.call(z.unknown(), 'POST', `/conversations/${conversation.id}/messages`, { text: '[echo: second]', when: 'now' })
    await until('it to be handed over', async () => (await first.api.tasks()).some(({ steers }) => steers))
    await first.kill()
    const second = await App.start({ folders })
    // Claude may have read it before the end: then it stands in the turn that was cut off. Else it is sent, and answered.
    const isThere = async () => (await second.api.messages(conversation.id)).some(({ text }) => text === '[echo: second]')
    await until('it to be in the thread', isThere)
    const isQuiet = async () => (await second.api.tasks()).length === 0 && (await second.api.instances())[0]?.state !== 'busy'
    await until('nothing to be under way', isQuiet)
    const said = await second.api.messages(conversation.id)
    const sent = said.filter(({ role, text }) => role === 'user' && text === '[echo: second]')
    expect(sent).toHaveLength(1)
    const answers = said.filter(({ text }) => text === 'second')
    const cutOff = said.find(({ text }) => text.includes('effects.txt'))?.turnId
    expect(answers.length === 1 || sent[0]?.turnId === cutOff).toBe(true)
    await second.quit()
  })
})

test('after a usage limit the page says when it continues, counts down, and can be told not to', async ({ folders, page }) => {
  const model = await startDemoModel()
  const app = await App.start({
    folders,
    demo: false,
    env: { ANTHROPIC_BASE_URL: model.url, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' },
  })
  const { conversation } = await readyInstance(app)
  await page.goto(app.page)
  await page.locator(`[data-conversation="${conversation.id}"]`).click()
  const field = page.getByRole('textbox', { name: 'Message', exact: true })
  await field.fill('[echo: later] [limit 600]')
  await field.press('Enter')
  await expect(page.getByText(/^Continues .* · in \d+:\d\d/)).toBeVisible()
  await expect(page.locator('.waiting-message')).toBeHidden()
  await looksRight(page, 'goes-on')
  await page.getByRole('button', { name: 'Don’t continue automatically' }).click()
  await expect(page.getByText(/^Continues/)).toBeHidden()
  await page.getByRole('button', { name: 'Continue automatically' }).click()
  await expect(page.getByText(/^Continues .* · in/)).toBeVisible()
  await page.getByRole('button', { name: 'Continue now' }).click()
  await expect.poll(async () => (await app.api.messages(conversation.id)).at(-1)?.role).toBe('assistant')
  await app.quit()
  await model.close()
})
