import { z } from 'zod'
import { topicMessageSchema, topicSchema, workerSchema } from '../../shared/domain/topic.ts'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 600 }, phone: { width: 390, height: 800 } }

const create = (app: App, name: string, rest: Record<string, unknown> = {}) =>
  app.api.call(topicSchema, 'POST', '/topics', { name, ...rest })
const topic = (app: App, name: string) => app.api.call(topicSchema, 'GET', `/topics/${name}`)
const post = (app: App, name: string, text: string) => app.api.call(topicMessageSchema, 'POST', `/topics/${name}/messages`, { text })

test.describe('topics', () => {
  test('a topic, its worker and a message are made on the screen; the answer is followed into the next topic', async ({ ui, app }) => {
    await readyInstance(app, { name: 'researcher' })
    await ui.locator('.sidebar-link', { hasText: 'Topics' }).click()
    await expect(ui.getByText('A topic is a queue of messages.')).toBeVisible()
    await looksRight(ui, 'topics-empty', { wide: sizes.wide })
    await ui.getByRole('button', { name: 'New topic…' }).click()
    await ui.getByLabel('Name', { exact: true }).fill('In box')
    await expect(ui.getByText('Use lowercase letters')).toBeVisible()
    await expect(ui.getByRole('button', { name: 'Create topic' })).toBeDisabled()
    await ui.getByLabel('Name', { exact: true }).fill('inbox')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('heading', { name: 'inbox' })).toBeVisible()
    await create(app, 'results')
    await ui.getByRole('button', { name: 'Add message…' }).click()
    await ui.getByLabel('Message', { exact: true }).fill('where to')
    await ui.getByLabel('Data (JSON)').fill('{"to": "Lisbon"}')
    await ui.getByRole('dialog').getByRole('button', { name: 'Add message' }).click()
    await expect(ui.getByText('No worker takes from it. Add one.')).toBeVisible()
    await ui.getByRole('button', { name: 'Add worker…' }).click()
    await ui.getByLabel('Prompt').fill('[echo: {{ message.text }} {{ message.data.to }}] [rate 0]')
    await ui.getByLabel('Send answers to').selectOption('results')
    await ui.getByRole('dialog').getByRole('button', { name: 'Add worker' }).click()
    await expect(ui.locator('[data-worker]')).toContainText('1 done')
    await ui.getByRole('button', { name: /^Done/ }).click()
    await ui.locator('[data-message] .list-open').click()
    const details = ui.getByRole('complementary', { name: 'Message' })
    await expect(details).toContainText('where to Lisbon')
    await looksRight(ui, 'topics-message', sizes)
    await details.getByRole('button', { name: 'results' }).click()
    await expect(ui.getByRole('heading', { name: 'results' })).toBeVisible()
    await expect(details).toContainText('where to Lisbon')
    await ui.goBack()
    await expect(ui.getByRole('heading', { name: 'inbox' })).toBeVisible()
    await ui.getByRole('button', { name: 'Pause researcher' }).click()
    await expect(ui.locator('[data-worker]')).toContainText('It is paused')
    await ui.getByRole('button', { name: 'Remove researcher' }).click()
    await ui.getByRole('dialog').getByRole('button', { name: 'Remove worker' }).click()
    await expect(ui.getByText('No workers. Add one to have messages answered.')).toBeVisible()
  })

  test('dead messages are read, requeued and cleared; a long line scrolls; topics are listed with what they hold', async ({ ui, app }) => {
    const { instance } = await readyInstance(app, { name: 'researcher' })
    await create(app, 'inbox', { mostWaiting: 400, description: 'What came in by mail' })
    const { id } = await app.api.call(workerSchema, 'POST', '/workers', { topic: 'inbox', instanceId: instance.id, retry: { times: 0 } })
    for (const text of ['[400]', '[400]']) await post(app, 'inbox', text)
    await until('both to be dead', async () => (await topic(app, 'inbox')).dead === 2)
    await app.api.call(z.unknown(), 'PATCH', `/workers/${id}`, { paused: true })
    await Promise.all(Array.from({ length: 260 }, (_, index) => post(app, 'inbox', `message ${index + 1}`)))
    await ui.locator('.sidebar-link', { hasText: 'Topics' }).click()
    await expect(ui.locator('[data-topic="inbox"]')).toContainText('65% full')
    await looksRight(ui, 'topics-list', sizes)
    await ui.locator('[data-topic="inbox"] button').click()
    await expect(ui.locator('[data-message]')).toHaveCount(2)
    await looksRight(ui, 'topics-dead', sizes)
    await ui.getByRole('button', { name: 'Requeue message 1', exact: true }).click()
    await expect(ui.locator('[data-message]')).toHaveCount(1)
    await ui.getByRole('button', { name: 'Clear dead…' }).click()
    await ui.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await expect(ui.getByText('No dead messages.')).toBeVisible()
    await ui.getByRole('button', { name: /^Waiting/ }).click()
    await ui.locator('[data-message] .list-open').first().focus()
    await until('the last to be reached', async () => {
      await ui.keyboard.press('End')
      return ui.locator('[data-message]', { hasText: 'message 260' }).isVisible()
    })
    await ui.keyboard.press('Home')
    await expect(ui.locator('[data-message]').first()).toContainText('[400]')
    await ui.getByRole('button', { name: 'Remove…' }).click()
    await ui.getByRole('dialog').getByRole('button', { name: 'Remove topic' }).click()
    await expect(ui.getByRole('alert')).toContainText('Workers take from “inbox”')
  })
})
