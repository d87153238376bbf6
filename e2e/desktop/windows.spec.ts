import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ElectronApplication, Page } from '@playwright/test'
import { z } from 'zod'
import { expect, newInstance, openPage, startDesktop, test } from '../support/desktop.ts'

const keptSchema = z.object({ windows: z.array(z.object({ address: z.string() })) })

/** The pages of all windows once there are so many. */
async function pagesOf(desktop: ElectronApplication, count: number): Promise<Page[]> {
  await expect.poll(() => desktop.windows().length).toBe(count)
  await Promise.all(desktop.windows().map((page) => page.getByRole('navigation').waitFor()))
  return desktop.windows()
}

const newWindow = (desktop: ElectronApplication) =>
  desktop.evaluate(({ Menu }) => {
    Menu.getApplicationMenu()?.getMenuItemById('new-window')?.click()
  })

test('several windows: each with its own place and what it shows; all come back, but for one that was closed', async ({ folders }) => {
  const desktop = await startDesktop(folders)
  const page = await openPage(desktop)
  await (await newInstance(page, 'worker', folders.work)).fill('[echo: said once]')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log', { name: 'Messages' })).toContainText('said once')
  const title = await page.title()
  await page.getByRole('button', { name: 'Conversation actions' }).click()
  await page.getByRole('menuitem', { name: 'Open in new window' }).click()
  const [, second] = await pagesOf(desktop, 2)
  if (!second) throw new Error('There is no second window.')
  await expect(second.getByRole('log', { name: 'Messages' })).toContainText('said once')
  await expect(second).toHaveTitle(title)
  await second.getByRole('navigation').getByRole('button', { name: 'Pool' }).click()
  await expect(page.getByRole('log', { name: 'Messages' })).toBeVisible()
  await newWindow(desktop)
  const [, , third] = await pagesOf(desktop, 3)
  if (!third) throw new Error('There is no third window.')
  await third.getByRole('navigation').getByRole('button', { name: 'Library' }).click()
  await newWindow(desktop)
  await pagesOf(desktop, 4)
  const bounds = { x: 30, y: 40, width: 700, height: 500 }
  await desktop.evaluate(({ BrowserWindow }, to) => {
    BrowserWindow.getAllWindows()[1]?.setBounds(to)
    BrowserWindow.getAllWindows()[3]?.close()
  }, bounds)
  await pagesOf(desktop, 3)
  // The core keeps it, a moment after it was shown.
  const kept = async () => keptSchema.parse(JSON.parse(await readFile(path.join(folders.data, 'workspaces.json'), 'utf8')))
  await expect
    .poll(async () => (await kept()).windows.map(({ address }) => address.split('/')[1]))
    .toEqual(expect.arrayContaining(['conversation', 'library', 'pool']))
  await desktop.close()
  const again = await startDesktop(folders)
  const pages = await pagesOf(again, 3)
  await expect
    .poll(async () => new Set(await Promise.all(pages.map((one) => one.evaluate(() => location.hash.split('/')[1])))))
    .toEqual(new Set(['conversation', 'library', 'pool']))
  expect(await again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.getNormalBounds().width))).toContain(
    700,
  )
  await again.close()
})
