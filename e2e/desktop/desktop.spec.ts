import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { descendantsOf, isAlive } from '../support/processes.ts'
import { electronBinary, expect, keepNotifications, newInstance, notified, openPage, startDesktop, test } from '../support/desktop.ts'
import { until } from '../support/until.ts'

test.describe('the desktop app', () => {
  test.beforeAll(() => {
    process.stdout.write(`desktop specs run on ${electronBinary().isReal ? 'Electron itself' : 'the stand-in for Electron'}\n`)
  })

  test('a conversation over the port: an instance is made, asked, and answers', async ({ page, folders }) => {
    const composer = await newInstance(page, 'desk', folders.work)
    await composer.fill('[echo: over the port]')
    await composer.press('Enter')
    await expect(page.locator('.thread').getByText('over the port', { exact: true })).toBeVisible()
  })

  test('a folder is chosen with the dialog of the system', async ({ desktop, page, folders }) => {
    await desktop.evaluate(({ dialog }, folder) => {
      Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: [folder] }))
    }, folders.work)
    await page.getByRole('button', { name: 'New instance' }).last().click()
    await page.getByRole('button', { name: 'Choose…' }).click()
    await expect(page.getByLabel('Folder', { exact: true })).toHaveValue(folders.work)
  })

  test('conversations are saved and imported with the dialogs of the system', async ({ desktop, page, folders }) => {
    const composer = await newInstance(page, 'keeper', folders.work)
    await composer.fill('[echo: kept]')
    await composer.press('Enter')
    await expect(page.locator('.thread').getByText('kept', { exact: true })).toBeVisible()
    const saved = join(folders.root, 'saved.jsonl')
    await desktop.evaluate(({ dialog }, filePath) => {
      Reflect.set(dialog, 'showSaveDialog', async () => ({ canceled: false, filePath }))
      Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: [filePath] }))
    }, saved)
    await command(page, 'Export all conversations')
    await page.getByRole('radio', { name: /Bullpen JSON Lines/ }).check()
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await expect(page.getByText(`Saved as ${saved}`)).toBeVisible()
    await page.keyboard.press('Escape')
    await command(page, 'Import conversations')
    await page.getByRole('button', { name: 'Choose files…' }).click()
    await expect(page.getByText('Nothing new to import · 1 was here already.')).toBeVisible()

    async function command(on: typeof page, name: string): Promise<void> {
      await on.keyboard.press('Control+k')
      await on.getByPlaceholder(/Search or run a command/).fill(name)
      await on.keyboard.press('Enter')
    }
  })

  test('a secret is kept encrypted by the system', async ({ page, folders }) => {
    await page.getByRole('button', { name: 'Servers & profiles' }).click()
    await page.getByRole('button', { name: 'Secrets', exact: true }).click()
    await expect(page.getByText('Kept in the system key store, never in Bullpen’s files.')).toBeVisible()
    await page.getByRole('button', { name: 'Add secret…' }).click()
    await page.getByLabel('Name').fill('DEPLOY_KEY')
    await page.getByLabel('Value').fill('only-for-the-server')
    await page.getByRole('button', { name: 'Save secret' }).click()
    await expect(page.getByText('DEPLOY_KEY')).toBeVisible()
    const kept = await readFile(join(folders.data, 'secrets.json'), 'utf8')
    expect(kept).toContain('"sealed"')
    expect(kept).not.toContain('only-for-the-server')
  })

  test('the menu does what the page can do', async ({ desktop, page }) => {
    await page.title()
    await desktop.evaluate(({ Menu }): void => void Menu.getApplicationMenu()?.getMenuItemById('shortcuts')?.click())
    await expect(page.getByRole('heading', { name: 'Keyboard shortcuts' })).toBeVisible()
  })

  test('a question while the user is elsewhere is a notification that leads to it', async ({ desktop, page, folders }) => {
    await keepNotifications(desktop)
    const composer = await newInstance(page, 'asker', folders.work)
    await composer.fill('[bash: touch asked.txt]')
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur())
    await composer.press('Enter')
    expect(await notified(desktop)).toBe('asker needs your approval')
    await expect(page).toHaveTitle(/\(1\)/)
    await page.getByRole('button', { name: 'Settings' }).first().click()
    await expect(page.locator('.approval')).toBeHidden()
    await clickNotification()
    await expect(page.locator('.approval')).toBeVisible()
    expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isFocused())).toBe(true)

    async function clickNotification(): Promise<void> {
      await desktop.evaluate(() => {
        const [first] = Reflect.get(globalThis, 'keptNotifications') as { emit: (name: string) => void }[]
        first?.emit('click')
      })
    }
  })

  test('a turn that ends while the user is elsewhere is told; one that is watched is not', async ({ desktop, page, folders }) => {
    await keepNotifications(desktop)
    const composer = await newInstance(page, 'teller', folders.work)
    await composer.fill('[echo: first answer]')
    await composer.press('Enter')
    await expect(page.locator('.thread').getByText('first answer', { exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden()
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur())
    await composer.fill('[echo: second answer]')
    await composer.press('Enter')
    await notified(desktop)
    const count = await desktop.evaluate((): number => (Reflect.get(globalThis, 'keptNotifications') as unknown[]).length)
    expect(count).toBe(1)
  })

  test('quitting in the middle of a turn ends every process, and the next start has what was said', async ({ folders }) => {
    const first = await startDesktop(folders)
    const composer = await newInstance(await openPage(first), 'quitter', folders.work)
    await composer.fill('[long 2000] [rate 50] tell me')
    await composer.press('Enter')
    const main = first.process().pid ?? 0
    const started = await until('a claude', () => {
      const found = descendantsOf(main).filter(({ command }) => command.includes('claude'))
      return found.length > 0 && found
    })
    await expect((await first.firstWindow()).locator('.answer .markdown')).not.toBeEmpty()
    await first.close()
    await until('all of them to end', () => !isAlive(main) && started.every(({ pid }) => !isAlive(pid)))
    const second = await startDesktop(folders)
    const page = await openPage(second)
    await page.getByText('tell me').first().click()
    await expect(page.locator('.thread').getByText('tell me')).toBeVisible()
    await second.close()
  })
})
