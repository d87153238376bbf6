import { readyInstance } from '../support/stories.ts'
import { looksRight } from '../support/looks.ts'
import { expect, test } from '../support/test.ts'

test('the settings say what snapshots take, for how long and how much, and delete those of a folder', async ({ ui, app }) => {
  const { conversation } = await readyInstance(app, { allowedTools: ['Bash'] })
  await app.api.ask(conversation.id, '[bash: echo made > made.txt]')
  await ui.keyboard.press('Control+,')
  const settings = ui.locator('.settings-group', { hasText: 'File snapshots' })
  await expect(settings.getByText(/Now: .+ of 1,024 MB in 1 folder\./)).toBeVisible()
  await expect(settings.getByRole('listitem')).toHaveText(/work\d+ snapshots? · \d+ KBDelete/)
  await settings.scrollIntoViewIfNeeded()
  await looksRight(ui, 'snapshot-settings', {
    wide: { width: 1280, height: 800 },
    narrow: { width: 900, height: 600 },
    phone: { width: 390, height: 800 },
  })
  await settings.getByLabel('Keep snapshots for').fill('400')
  await ui.keyboard.press('Enter')
  await expect(settings.getByRole('alert')).toHaveText('Enter whole days from 1 to 365.')
  await settings.getByLabel('Keep snapshots for').fill('7')
  await ui.keyboard.press('Enter')
  await expect(settings.getByText('Saved')).toBeVisible()
  await settings.getByRole('button', { name: /^Delete the snapshots of/ }).click()
  const dialog = ui.getByRole('dialog', { name: 'Delete snapshots?' })
  await looksRight(ui, 'snapshot-delete')
  await dialog.getByRole('button', { name: 'Delete snapshots' }).click()
  await expect(settings.getByText('Now: none yet.')).toBeVisible()
  await settings.getByLabel('Take snapshots').click()
  await expect(settings.getByText('Now: off.')).toBeVisible()
})
