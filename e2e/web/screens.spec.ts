import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { looksRight } from '../support/looks.ts'
import { readyInstance } from '../support/stories.ts'
import { axeFaults, expect, test } from '../support/test.ts'
import { until } from '../support/until.ts'

test.describe('the screens around the conversations', () => {
  test('a folder is found by looking, and an instance says when its changes take effect', async ({ ui, app }) => {
    await mkdir(path.join(app.folders.work, 'inner'))
    await ui.getByRole('button', { name: 'New instance' }).first().click()
    const folder = ui.getByLabel('Folder', { exact: true })
    await folder.fill(`${app.folders.work}/`)
    await ui.getByRole('list', { name: 'Folders' }).getByRole('button', { name: 'inner' }).click()
    await expect(folder).toHaveValue(path.join(app.folders.work, 'inner'))
    await expect(ui.getByLabel('Name', { exact: true })).toHaveValue('inner')
    await ui.keyboard.press('Escape')
    await expect(ui.getByRole('dialog'), 'Escape closes the list first').toBeVisible()
    await ui.getByLabel('Permissions').selectOption('bypassPermissions')
    await expect(ui.getByText(/without asking, including on instructions hidden in files/)).toBeVisible()
    await ui.getByLabel('Permissions').selectOption('default')
    await ui.getByRole('button', { name: 'Create instance' }).click()
    const [created] = await until('the instance', async () => {
      const all = await app.api.instances()
      return all.length > 0 && all
    })
    await app.api.instanceWhen(created?.id ?? '', 'it to be idle', ({ state }) => state === 'idle')
    await ui.locator('.instance-open').click()
    await ui.getByRole('button', { name: 'Edit…' }).click()
    await ui.getByRole('button', { name: /^More/ }).click()
    await ui.getByRole('textbox', { name: 'MCP servers' }).fill('{ "a": {} }')
    await ui.getByRole('button', { name: 'Save changes' }).click()
    await expect(ui.getByText('“a” needs a command, or a type and a url.')).toBeInViewport()
    await ui.getByRole('textbox', { name: 'MCP servers' }).fill('')
    await ui.getByRole('combobox', { name: 'Model' }).fill('opus')
    await expect(ui.getByText('Takes effect immediately.')).toBeVisible()
    await ui.getByLabel('Environment').fill('A=b')
    await expect(ui.getByText(/Environment needs a new process: it applies now, in the same session/)).toBeVisible()
    await ui.keyboard.press('Escape')
    await expect(ui.getByText('Discard changes?')).toBeVisible()
    await ui.getByRole('button', { name: 'Keep editing' }).click()
    await ui.getByRole('button', { name: 'Save changes' }).click()
    await expect(ui.locator('.facts')).toContainText(['Opus'])
  })

  test('what waits is gone through by keys alone, and each answer moves on to the next', async ({ ui, app }) => {
    const stories = [await readyInstance(app, { name: 'one' }), await readyInstance(app, { name: 'two' })]
    for (const { conversation, instance } of stories) {
      await app.api.send(conversation.id, `[bash: touch ${instance.name}.txt]`)
      await app.api.approvalOf(conversation.id)
    }
    await ui.locator('.sidebar-link', { hasText: 'Needs you' }).click()
    await expect(ui.locator('[data-need]')).toHaveCount(2)
    const active = ui.locator('[data-need][data-active="true"]')
    await expect(active).toContainText('touch one.txt')
    await ui.keyboard.press('ArrowDown')
    await expect(active).toContainText('touch two.txt')
    await until('the chord to be taken', async () => {
      await ui.keyboard.press('Control+Enter')
      return (await app.api.approvals()).length === 1
    })
    await expect(active).toContainText('touch one.txt')
    await expect(async () => {
      await ui.keyboard.press('Control+Backspace')
      await expect(active.getByRole('textbox')).toBeFocused({ timeout: 300 })
    }).toPass()
  })

  test('settings are saved at once, and what cannot be saved is said and kept', async ({ ui, app }) => {
    await ui.locator('.sidebar-link', { hasText: 'Settings' }).click()
    const seconds = ui.getByLabel('Flag stalled turns after')
    await seconds.fill('2')
    await ui.keyboard.press('Enter')
    await expect(ui.getByText('Enter whole seconds from 5 to 3600.')).toBeVisible()
    await expect(seconds).toHaveValue('2')
    await seconds.fill('90')
    await ui.keyboard.press('Enter')
    await expect(ui.getByText('Saved', { exact: true })).toBeVisible()
    // Which program opens files: one that was found, or a command of one's own.
    await ui.getByLabel('Editor', { exact: true }).selectOption({ label: 'Other command…' })
    const command = ui.getByLabel('Command for the editor')
    await command.fill('"my editor {file}')
    await ui.keyboard.press('Enter')
    await expect(ui.getByText('Close the quote.')).toBeVisible()
    await command.fill('"my editor" {file}:{line}')
    await ui.keyboard.press('Enter')
    await expect(ui.getByText('Close the quote.')).toBeHidden()
    await expect(command).toHaveValue('"my editor" {file}:{line}')
    await looksRight(ui, 'open-in-settings')
    await ui.getByLabel('Claude Code executable').fill('~/nowhere/claude')
    await ui.keyboard.press('Enter')
    await expect(ui.getByRole('alert').filter({ hasText: 'There is no file' })).toBeVisible()
    await ui.getByRole('button', { name: 'How to fix it' }).click()
    await expect(ui.getByRole('heading', { name: 'Get Claude Code' })).toBeVisible()
    expect(await axeFaults(ui)).toEqual([])
    expect((await app.api.raw('GET', '/settings')).body).toMatchObject({
      stallSeconds: 90,
      editor: '"my editor" {file}:{line}',
      claudePath: path.join(app.folders.home, 'nowhere/claude'),
    })
  })
})

test.describe('work in the background', () => {
  test('each task is listed where it runs, and can be stopped by itself', async ({ ui, app }) => {
    const { conversation, instance } = await readyInstance(app, { allowedTools: ['Bash'] })
    expect(await app.api.ask(conversation.id, '[background: sleep 600]')).toMatchObject({ outcome: 'done' })
    await ui.locator('.sidebar').getByText(instance.name).first().click()
    const tasks = ui.getByRole('list', { name: 'Background tasks' })
    await expect(tasks.getByRole('listitem')).toHaveCount(1)
    await expect(tasks).toContainText('Command')
    expect(await axeFaults(ui)).toEqual([])
    await tasks.getByRole('button', { name: /^Stop / }).click()
    await expect(tasks).toHaveCount(0)
    await app.api.instanceWhen(instance.id, 'nothing to be left', ({ background }) => background.length === 0)
  })
})
