import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { z } from 'zod'
import { firingSchema, triggerSchema } from '../../shared/domain/trigger.ts'
import type { App } from '../support/app.ts'
import { looksRight } from '../support/looks.ts'
import { expect, test } from '../support/test.ts'

test.use({ oneApp: true })

const historySchema = z.object({ items: z.array(firingSchema) })

test('a time is read back while it is typed, and the nightly check that it starts runs to its end', async ({ app, ui }) => {
  await ui.locator('.sidebar-link', { hasText: 'Runs' }).click()
  await ui.locator('.place-tabs').getByRole('button', { name: 'Triggers' }).click()
  await expect(ui.getByText('No triggers yet.')).toBeVisible()
  await ui.getByRole('button', { name: 'New trigger…' }).click()
  const dialog = ui.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Check at night')
  const next = dialog.getByLabel('Next times')
  await dialog.getByLabel('When', { exact: true }).fill('every now and then')
  await expect(dialog.getByText(/“every now and then” is not understood/)).toBeVisible()
  await dialog.getByLabel('When', { exact: true }).fill('* * * * * *')
  await dialog.getByLabel('Time zone').fill('Europe/Berlin')
  await expect(next.locator('time')).toHaveCount(5)
  await dialog.getByLabel('When', { exact: true }).fill('every day at 2:30')
  await expect(next).toContainText('Every day at 2:30 · Europe/Berlin')
  await dialog.getByLabel('Recipe to run').selectOption('nightly-check')
  await looksRight(ui, 'trigger-form')
  await dialog.getByRole('button', { name: 'Add trigger' }).click()
  await expect(dialog.getByText('The input “folder” is missing. Give it a value.').first()).toBeVisible()
  await dialog.getByLabel('Folder', { exact: true }).fill(app.folders.work)
  await dialog.getByRole('button', { name: 'Add trigger' }).click()
  await expect(ui.getByRole('heading', { name: 'Check at night' })).toBeVisible()

  const { id } = await onlyTrigger(app)
  await app.api.raw('PATCH', `/triggers/${id}`, { on: { kind: 'time', cron: '* * * * * *' } })
  await expect(ui.locator('.firing').first()).toBeVisible()
  await ui.getByRole('button', { name: 'Pause' }).click()
  await expect(ui.getByText('Paused', { exact: true })).toBeVisible()
  await expect
    .poll(async () => (await firings(app, id)).at(-1), { timeout: 60_000 })
    .toMatchObject({ outcome: 'started', runOutcome: 'done' })
  await expect(ui.locator('.firing').last()).toContainText('Run done')
  await looksRight(ui, 'trigger')
  await ui.getByRole('button', { name: 'Delete…' }).click()
  await ui.getByRole('dialog').getByRole('button', { name: 'Delete trigger' }).click()
  await expect(ui.getByText('No triggers yet.')).toBeVisible()
})

test('files and a hook: what matches, the secret once, and why a firing started nothing', async ({ app, ui }) => {
  const folder = path.join(app.folders.work, 'notes')
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'one.md'), '')
  await app.api.raw('POST', '/recipes', { text: 'recipe: ask-me\nsteps:\n  - id: ok\n    gate: Go on?' })
  await ui.goto(`${app.page.split('#')[0]}#/triggers`)
  await begin(ui, 'New notes', 'Files')
  const dialog = ui.getByRole('dialog')
  await dialog.getByLabel('Folder', { exact: true }).fill(folder)
  await dialog.getByLabel('Files', { exact: true }).fill('*.md')
  await expect(dialog.getByText('1 file matches right now: one.md')).toBeVisible()
  await dialog.getByLabel('Recipe to run').selectOption('ask-me')
  await dialog.getByRole('button', { name: 'Add trigger' }).click()
  await expect(ui.getByRole('heading', { name: 'New notes' })).toBeVisible()
  // Until the folder is watched nothing is seen of it.
  let count = 0
  await expect
    .poll(async () => {
      await writeFile(path.join(folder, `${(count += 1)}.md`), '')
      return ui.locator('.firing').count()
    })
    .toBeGreaterThan(0)
  await expect(ui.locator('.firing').last()).toContainText('Running')
  await ui.getByRole('button', { name: 'Fire now' }).click()
  await expect(ui.locator('.firing', { hasText: 'The run that it started before is not over yet.' }).first()).toBeVisible()

  await ui.locator('.sidebar-link', { hasText: 'Runs' }).click()
  await ui.locator('.place-tabs').getByRole('button', { name: 'Triggers' }).click()
  await begin(ui, 'Issue opened', 'Webhook')
  await dialog.getByLabel('Only if the body has').fill('action = opened')
  await dialog.getByLabel('Recipe to run').selectOption('ask-me')
  await dialog.getByRole('button', { name: 'Add trigger' }).click()
  await expect(dialog.getByLabel('Secret', { exact: true })).toHaveText(/^whsec_/)
  await looksRight(ui, 'trigger-secret')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(ui.getByText(/whsec_…/)).toBeVisible()
  await looksRight(ui, 'trigger-hook')
  await ui.locator('.sidebar-link', { hasText: 'Runs' }).click()
  await ui.locator('.place-tabs').getByRole('button', { name: 'Triggers' }).click()
  await expect(ui.locator('.trigger-row')).toHaveCount(2)
  await looksRight(ui, 'triggers', { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 760 } })
})

async function begin(ui: Page, name: string, kind: string): Promise<void> {
  await ui.getByRole('button', { name: 'New trigger…' }).click()
  await ui.getByRole('dialog').getByLabel('Name').fill(name)
  await ui.getByRole('dialog').getByLabel('Start on').selectOption(kind)
}

async function onlyTrigger(app: App): Promise<z.infer<typeof triggerSchema>> {
  const { items } = await app.api.call(z.object({ items: z.array(triggerSchema).length(1) }), 'GET', '/triggers')
  const [trigger] = items
  if (!trigger) throw new Error('There is no trigger.')
  return trigger
}

async function firings(app: App, id: string): Promise<z.infer<typeof firingSchema>[]> {
  return (await app.api.call(historySchema, 'GET', `/triggers/${id}/history`)).items
}
