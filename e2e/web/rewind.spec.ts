import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { poolEventSchema } from '../../shared/domain/event.ts'
import { EventReader } from '../support/event-reader.ts'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

const small = { wide: { width: 1280, height: 800 }, narrow: { width: 900, height: 600 }, phone: { width: 390, height: 844 } }

test.describe('going back to a message', () => {
  test('files and conversation go back with a preview, what a person changed stays, and all of it is undone', async ({ app, ui }) => {
    const { conversation } = await readyInstance(app, { allowedTools: ['Bash'] })
    const work = app.folders.work
    const files = async () => (await readdir(work)).filter((name) => name.endsWith('.txt')).toSorted()
    await ui.locator(`[data-conversation="${conversation.id}"]`).click()
    const field = ui.getByRole('textbox', { name: 'Message', exact: true })
    const asked = 'Make [bash: printf "1\\n2\\n" > made.txt; printf 1 > shared.txt]'
    const events = await EventReader.open(`${app.url}/api/events`, app.api.token, poolEventSchema)
    await app.api.ask(conversation.id, '[echo: ready]')
    await app.api.ask(conversation.id, asked)
    await until('the folder to be looked at after both', () => events.events.filter(({ type }) => type === 'changes').length === 2)
    events.close()
    await writeFile(path.join(work, 'shared.txt'), 'by a person')

    const mine = ui.locator('.user', { hasText: 'printf' })
    await mine.hover()
    await mine.getByRole('button', { name: 'Fork or branch from here' }).click()
    await ui.getByRole('menuitem', { name: /^Rewind to here/ }).click()
    const dialog = ui.getByRole('dialog', { name: 'Rewind to here' })
    await expect(dialog.getByText('1 file will change')).toBeVisible()
    await expect(dialog.getByRole('listitem').filter({ hasText: 'made.txt' })).toContainText('Deleted')
    await expect(dialog.getByRole('checkbox')).not.toBeChecked()
    await expect(dialog.getByRole('radio', { name: /Conversation and files/ })).toBeChecked()
    await looksRight(ui, 'rewind-dialog', small)
    await dialog.getByRole('button', { name: 'Rewind', exact: true }).click()
    await expect(ui.getByText('Rewound: 1 file changed, 1 file left as it is.')).toBeVisible()
    await expect(mine).toBeHidden()
    await expect(field).toHaveValue(asked)
    await expect(ui.locator('.note', { hasText: 'Rewound to here' })).toBeVisible()
    expect(await files()).toEqual(['shared.txt'])
    await looksRight(ui, 'rewound')

    await ui.locator('.note', { hasText: 'Rewound to here' }).getByRole('button', { name: 'Undo' }).click()
    await expect(mine).toBeVisible()
    await expect(field).toHaveValue('')
    expect(await files()).toEqual(['made.txt', 'shared.txt'])

    // By key, and over what a person changed when that is asked for.
    await ui.keyboard.press('Control+Shift+E')
    await dialog.getByRole('checkbox').check()
    await dialog.getByRole('radio', { name: /Files only/ }).check()
    await dialog.getByRole('button', { name: 'Rewind', exact: true }).click()
    await expect(ui.locator('.note', { hasText: 'Files rewound.' })).toBeVisible()
    await expect(mine).toBeVisible()
    expect(await files()).toEqual([])
    await writeFile(path.join(work, 'made.txt'), 'written anew')
    await ui.locator('.note', { hasText: 'Files rewound.' }).getByRole('button', { name: 'Undo' }).click()
    const undo = ui.getByRole('dialog', { name: 'Undo the rewind' })
    await expect(undo.getByText('Changed since by you or someone else', { exact: true })).toBeVisible()
    await undo.getByRole('button', { name: 'Undo rewind' }).click()
    await expect(ui.getByText('Rewind undone: 1 file changed, 1 file left as it is.')).toBeVisible()
    expect(await readFile(path.join(work, 'shared.txt'), 'utf8')).toBe('by a person')
    expect(await readFile(path.join(work, 'made.txt'), 'utf8')).toBe('written anew')
  })
})
