import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { z } from 'zod'
import { conversationSchema, type Conversation } from '../../shared/domain/conversation.ts'
import { libraryWindowSchema } from '../../shared/domain/library.ts'
import { writeHistory } from '../bench/conversation-history.ts'
import { App } from '../support/app.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'

test.use({ oneApp: true })

const toLibrary = (page: Page) => page.locator('.sidebar-link', { hasText: 'Library' }).click()
const rows = (page: Page) => page.locator('.library-row[data-id]')
const row = (page: Page, id: string) => page.locator(`.library-row[data-id="${id}"]`)
const toast = (page: Page, words: string) => page.locator('.toast', { hasText: words })
const listed = (app: App, query = '') => app.api.call(libraryWindowSchema, 'GET', `/library?${query}`)
const post = (app: App, id: string, action: string, body: unknown = {}) =>
  app.api.call(conversationSchema, 'POST', `/conversations/${id}/${action}`, body)
const fileOf = ({ folders }: App, { id }: Conversation) => readFile(path.join(folders.data, 'conversations', `${id}.jsonl`))

// Conversations go on in real processes of Claude Code, on a machine that may be busy.
test.describe('the library', () => {
  test('an archived conversation is read and found, takes no message but keeps its text, and goes on once it is restored', async ({
    app,
    ui,
  }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, '[remember: the green key] [rate 0]')
    const bytes = await fileOf(app, conversation)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    await ui.getByRole('textbox', { name: /Message/ }).fill('half a thought')
    await ui.getByRole('button', { name: 'Conversation actions' }).click()
    await ui.getByRole('menuitem', { name: /^Archive/ }).click()
    await expect(toast(ui, '1 conversation archived')).toBeVisible()
    await expect(ui.locator('.answer', { hasText: 'I will remember: the green key' })).toBeVisible()
    expect((await app.api.refusal('POST', `/conversations/${conversation.id}/messages`, { text: 'more' })).info).toMatchObject({
      code: 'CONVERSATION_ARCHIVED',
    })
    expect((await app.api.messages(conversation.id)).map(({ role }) => role)).toEqual(['user', 'assistant'])
    expect((await listed(app, 'state=archived')).items.map(({ id }) => id)).toEqual([conversation.id])
    await ui.locator('.archived-line').getByRole('button', { name: 'Restore' }).click()
    await expect(toast(ui, '1 conversation restored')).toBeVisible()
    await expect(ui.getByRole('textbox', { name: /Message/ })).toHaveValue('half a thought')
    expect(await fileOf(app, conversation)).toEqual(bytes)
    expect((await app.api.ask(conversation.id, '[recall] [rate 0]')).text).toBe('You told me to remember: the green key')
  })

  test('what works is not archived, and says so', async ({ app }) => {
    const { instance, conversation } = await readyInstance(app)
    await app.api.send(conversation.id, '[long 400] [rate 20]')
    await app.api.instanceWhen(instance.id, 'it to work', ({ state }) => state === 'busy')
    expect((await app.api.refusal('POST', `/conversations/${conversation.id}/archive`)).info.code).toBe('CONVERSATION_BUSY')
    const outcome = z.object({ done: z.array(z.string()), refused: z.array(z.object({ code: z.string() })) })
    const acted = await app.api.call(outcome, 'POST', '/library/act', { action: 'archive', ids: [conversation.id] })
    expect(acted).toMatchObject({ done: [], refused: [{ code: 'CONVERSATION_BUSY' }] })
  })

  test('many are found, picked and archived at once, and that is undone', async ({ folders, page }) => {
    writeHistory({ folder: folders.data, conversations: 300, messages: 1_200 })
    const app = await App.start({ folders })
    await page.goto(app.page)
    await toLibrary(page)
    await expect(page.getByText('300 conversations')).toBeVisible()
    const newest = (await listed(app)).items
    await expect(rows(page).first()).toHaveAttribute('data-id', newest[0]?.id ?? '')
    await page.getByLabel('Group', { exact: true }).selectOption('day')
    await expect(page.locator('.library-group').first()).toBeVisible()
    await page.getByLabel('Group', { exact: true }).selectOption('none')
    const oldest = (await listed(app, 'offset=299&limit=1')).items[0]?.id ?? ''
    // The list may be laid out anew while it is scrolled.
    await expect(async () => {
      await page.locator('.library-list').evaluate((list) => list.scrollTo(0, list.scrollHeight))
      await expect(row(page, oldest)).toBeVisible({ timeout: 1_000 })
    }).toPass()
    const [word] = (newest[0]?.title ?? '').split(' ')
    await page.getByLabel('Filter by title').fill(word ?? '')
    const fitting = (await listed(app, `title=${encodeURIComponent(word ?? '')}`)).total
    await expect(page.getByText(`${fitting} conversation`)).toBeVisible()
    await rows(page).first().getByRole('checkbox').click()
    if (fitting > 1) await page.getByRole('button', { name: `Select all ${fitting}` }).click()
    await page.getByRole('button', { name: 'Archive', exact: true }).click()
    await expect(toast(page, 'archived')).toBeVisible()
    expect((await listed(app, 'state=archived')).total).toBe(fitting)
    expect(await axeFaults(page)).toEqual([])
    await toast(page, 'archived').getByRole('button', { name: 'Undo' }).click()
    await expect(toast(page, 'restored')).toBeVisible()
    expect((await listed(app, 'state=archived')).total).toBe(0)
    await app.quit()
  })

  test('a clean-up shows what would go; what is deleted waits in the trash and comes back as it was', async ({ folders, page }) => {
    writeHistory({ folder: folders.data, conversations: 30, messages: 120 })
    const app = await App.start({ folders })
    const { items } = await listed(app, 'sort=size&limit=1')
    const before = await readFile(path.join(folders.data, 'conversations', `${items[0]?.id}.jsonl`))
    await page.goto(app.page)
    await toLibrary(page)
    await page.getByRole('button', { name: 'Clean up…' }).click()
    await expect(page.locator('.clean-up-list li').first()).toContainText(items[0]?.title ?? 'no title')
    expect((await listed(app, 'state=trash')).total).toBe(0)
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Move to the trash' }).click()
    await expect(toast(page, '30 conversations moved to trash')).toBeVisible()
    await page.getByLabel('State', { exact: true }).selectOption('trash')
    await expect(page.getByText('Deleted conversations stay here for 30 days.')).toBeVisible()
    await row(page, items[0]?.id ?? '')
      .getByRole('checkbox')
      .click()
    await page.getByRole('button', { name: 'Restore', exact: true }).click()
    await expect(toast(page, '1 conversation restored')).toBeVisible()
    expect(await readFile(path.join(folders.data, 'conversations', `${items[0]?.id}.jsonl`))).toEqual(before)
    await page.getByRole('button', { name: 'Empty trash…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Empty trash' }).click()
    await expect(page.getByText('The trash is empty')).toBeVisible()
    expect((await listed(app)).total).toBe(1)
    await app.quit()
  })

  test('a fork goes on from any message, of the user or of Claude, with what was said until then and no new cost', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app)
    await app.api.ask(conversation.id, '[remember: blue] [rate 0]')
    await app.api.ask(conversation.id, '[read: notes.md] [rate 0]')
    await app.api.ask(conversation.id, '[remember: red] [rate 0]')
    const said = await app.api.messages(conversation.id)
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const answer = ui.locator('.row', { hasText: 'I will remember: blue' })
    await answer.hover()
    await answer.getByRole('button', { name: 'Fork or branch from here' }).click()
    await ui.getByRole('menuitem', { name: /^Fork here/ }).click()
    await expect(ui.getByRole('button', { name: 'View forks' })).toBeVisible()
    await expect(ui.getByText('I will remember: red')).toHaveCount(0)
    const forks = new Map<string, Conversation>()
    for (const message of said) {
      const fork = await post(app, conversation.id, 'fork', { messageId: message.id })
      expect(fork).toMatchObject({ costUsd: 0, turnCount: 0, forkedFrom: { conversationId: conversation.id, messageId: message.id } })
      forks.set(message.blocks[0]?.type === 'tool_use' ? 'call' : message.text, fork)
    }
    for (const [from, answer] of [
      ['I will remember: blue', 'You told me to remember: blue'],
      ['[remember: red] [rate 0]', 'You told me to remember: red'],
      ['call', null],
    ] as const) {
      const turn = await app.api.ask(forks.get(from)?.id ?? '', '[recall] [rate 0]')
      expect(turn, from).toMatchObject({ outcome: 'done', ...(answer === null ? {} : { text: answer }) })
      const after = await app.api.conversation(forks.get(from)?.id ?? '')
      expect(after.costUsd).toBe(turn.costUsd)
      expect(after.sessionId).not.toBe(forks.get(from)?.sessionId)
    }
  })

  test('a message becomes a checkpoint, and several instances start from it, each with the whole context', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app, { name: 'scout' })
    await app.api.ask(conversation.id, '[remember: the map] [rate 0]')
    await app.api.ask(conversation.id, '[remember: something else] [rate 0]')
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const answer = ui.locator('.row', { hasText: 'I will remember: the map' })
    await answer.hover()
    await answer.getByRole('button', { name: 'Fork or branch from here' }).click()
    await ui.getByRole('menuitem', { name: /^Save as checkpoint/ }).click()
    await ui.getByLabel('Name').fill('Knows the map')
    await ui.getByRole('button', { name: 'Save' }).click()
    await ui.getByRole('button', { name: 'Knows the map' }).click()
    await ui.getByLabel('How many').selectOption('3')
    await ui.getByLabel('First message').fill('[recall] [rate 0]')
    await ui.getByRole('button', { name: 'Start', exact: true }).click()
    await expect(toast(ui, '3 instances started')).toBeVisible()
    const instances = await app.api.instances()
    expect(instances.map(({ name }) => name).toSorted()).toEqual(['scout', 'scout 2', 'scout 3', 'scout 4'])
    for (const { conversationId } of instances.filter(({ name }) => name !== 'scout')) {
      await expect
        .poll(async () => (await app.api.conversation(conversationId ?? '')).lastTurn?.text)
        .toBe('You told me to remember: the map')
    }
  })
})
