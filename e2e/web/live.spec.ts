import type { Page } from '@playwright/test'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'

test.use({ oneApp: true })

async function opened(ui: Page, app: App) {
  const story = await readyInstance(app)
  await app.api.ask(story.conversation.id, 'Hello')
  await ui.goto(`${app.url}#/conversation/${story.conversation.id}`)
  return story
}

test.describe('what a conversation works with', () => {
  test('model, effort and mode are chosen beside the message, by keyboard too, and the same process has them', async ({ app, ui }) => {
    const { instance, conversation } = await opened(ui, app)
    const pid = (await app.api.instance(instance.id)).process?.pid
    await ui.getByRole('button', { name: /^Model: / }).click()
    const sonnet = ui.getByRole('menuitemradio', { name: /^Sonnet/ })
    await expect(sonnet).toContainText('$2 in, $10 out per million tokens')
    await looksRight(ui, 'model-menu')
    await sonnet.click()
    await expect(ui.getByRole('button', { name: /^Model: Sonnet/ })).toBeVisible()
    await ui.getByRole('button', { name: /^Effort: / }).focus()
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('menuitemradio', { name: 'Low' })).toBeVisible()
    await ui.keyboard.press('ArrowDown')
    await expect(ui.getByRole('menuitemradio', { name: 'Low' })).toBeFocused()
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('button', { name: 'Effort: Low effort' })).toBeVisible()
    await ui.keyboard.press('Control+k')
    await ui.keyboard.type('permission mode: plan')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('button', { name: 'Permission mode: Plan only' })).toBeVisible()
    await ui.getByRole('textbox', { name: 'Message' }).focus()
    await ui.keyboard.press('Shift+Tab')
    await expect(ui.getByRole('button', { name: 'Permission mode: Ask before edits' })).toBeVisible()
    await ui.keyboard.press('Shift+Tab')
    await ui.keyboard.press('Shift+Tab')
    await expect(ui.getByRole('button', { name: 'Permission mode: Plan only' })).toBeVisible()
    expect((await app.api.ask(conversation.id, '[settings]')).text).toMatch(/sonnet.*effort: low/)
    expect((await app.api.instance(instance.id)).process?.pid).toBe(pid)
    await ui.getByRole('button', { name: /^Permission mode: / }).click()
    await ui.getByRole('menuitemradio', { name: /^Allow everything/ }).click()
    await ui.getByRole('button', { name: 'Allow everything', exact: true }).click()
    await expect(ui.getByText(/wasn’t started with/)).toBeVisible()
    await expect(ui.getByRole('button', { name: 'Permission mode: Plan only' })).toBeVisible()
  })

  test('what is typed shows in the menus, and a parked conversation is changed all the same', async ({ app, ui }) => {
    const { instance, conversation } = await opened(ui, app)
    await app.api.ask(conversation.id, '/model haiku')
    await expect(ui.getByRole('button', { name: /^Model: Haiku/ })).toBeVisible()
    await app.api.act(instance.id, 'pause', { mode: 'park' })
    await ui.getByRole('button', { name: /^Model: / }).click()
    await ui.getByRole('menuitemradio', { name: /^Sonnet/ }).click()
    await expect(ui.getByRole('button', { name: /^Model: Sonnet/ })).toBeVisible()
    expect((await app.api.instance(instance.id)).process).toBeNull()
    expect((await app.api.ask(conversation.id, '[settings]')).text).toMatch(/sonnet/)
  })
})

test.describe('a new conversation', () => {
  test('shows its instance and folder before the first word, and nothing is kept until that is sent', async ({ app, ui }) => {
    const { instance } = await opened(ui, app)
    const { id: other } = await app.api.spawn({ name: 'other', cwd: app.folders.data })
    const before = (await app.api.conversations()).length
    await ui.keyboard.press('Control+Shift+o')
    await expect(ui.getByRole('heading', { name: 'New conversation' })).toBeVisible()
    await expect(ui).toHaveURL(/#\/new$/)
    await expect(ui.getByRole('button', { name: `Instance: ${instance.name}` })).toBeVisible()
    await ui.getByRole('button', { name: /^Instance: / }).click()
    await ui.getByRole('menuitemradio', { name: /^other/ }).click()
    await expect(ui.getByRole('textbox', { name: 'Message' })).toBeFocused()
    await looksRight(ui, 'new-conversation')
    await ui.setViewportSize({ width: 390, height: 844 })
    expect(await axeFaults(ui)).toEqual([])
    await ui.setViewportSize({ width: 1280, height: 800 })
    await ui.getByRole('button', { name: /^Effort: / }).click()
    await ui.getByRole('menuitemradio', { name: 'High', exact: true }).click()
    await ui.reload()
    await expect(ui.getByRole('button', { name: 'Instance: other' })).toBeVisible()
    expect(await app.api.conversations()).toHaveLength(before)
    await ui.getByRole('textbox', { name: 'Message' }).fill('[settings]')
    await ui.keyboard.press('Enter')
    await expect(ui.getByText(/effort: high/)).toBeVisible()
    const made = async () => (await app.api.conversations()).filter(({ instanceId }) => instanceId === other)
    // The text is there before its turn has ended.
    await expect.poll(made).toMatchObject([{ effort: 'high', turnCount: 1 }])
    await expect(ui).toHaveURL(new RegExp(`#/conversation/${(await made())[0]?.id}`))
    await ui.keyboard.press('Control+Shift+o')
    await expect(ui.getByRole('heading', { name: 'New conversation' })).toBeVisible()
    await expect(ui.getByRole('textbox', { name: 'Message' })).toHaveValue('')
    await ui.getByRole('textbox', { name: 'Message' }).press('Shift+Tab')
    await expect(ui.getByRole('button', { name: 'Permission mode: Edits allowed' })).toBeVisible()
    expect((await app.api.raw('GET', '/conversations/new/draft')).body).toMatchObject({ text: '', parts: [] })
  })

  test('on the page of an instance it is set up in the same way, and everything is allowed only after a warning', async ({ app, ui }) => {
    const { instance } = await opened(ui, app)
    await ui.goto(`${app.url}#/instance/${instance.id}`)
    await ui.getByRole('button', { name: /^Permission mode: / }).click()
    await ui.getByRole('menuitemradio', { name: /^Allow everything/ }).click()
    await expect(ui.getByRole('dialog', { name: /^Allow everything/ })).toContainText('without asking')
    await ui.getByRole('button', { name: 'Cancel' }).click()
    await ui.getByRole('button', { name: /^Effort: / }).click()
    await ui.getByRole('menuitemradio', { name: 'High', exact: true }).click()
    await looksRight(ui, 'instance-composer')
    const field = ui.getByRole('textbox', { name: 'Message' })
    await field.press('Shift+Tab')
    await field.fill('[settings]')
    await field.press('Enter')
    await expect(ui.getByText(/effort: high/)).toBeVisible()
    await expect(ui.getByRole('button', { name: 'Permission mode: Edits allowed' })).toBeVisible()
    await ui.goto(`${app.url}#/instance/${instance.id}`)
    await expect(field).toHaveValue('')
  })

  test('what cannot be sent stays in the field, and no conversation is left', async ({ app, ui }) => {
    await opened(ui, app)
    const budget = { id: 'none', scope: 'all', targetId: null, period: 'always', limitUsd: 0.000_001, action: 'stop' }
    await app.api.raw('PUT', '/metrics/budgets', { budgets: [budget] })
    const before = (await app.api.conversations()).length
    await ui.keyboard.press('Control+Shift+o')
    const field = ui.getByRole('textbox', { name: 'Message' })
    await field.fill('Keep this')
    await field.press('Enter')
    await expect(ui.getByRole('alert')).toContainText(/budget/i)
    await expect(field).toHaveValue('Keep this')
    expect(await app.api.conversations()).toHaveLength(before)
  })
})
