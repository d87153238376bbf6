import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { acquireDataFolder } from '../../electron/core/storage/data-folder.ts'
import { App, appEnv, makeFolders, removeRun } from '../support/app.ts'
import { electronBinary, expect, newInstance, openPage, startDesktop, test } from '../support/desktop.ts'
import { patienceMs, until, within } from '../support/until.ts'

const root = path.resolve(import.meta.dirname, '..', '..')

test.describe('the window', () => {
  test('comes back where it was', async ({ folders }) => {
    const bounds = { x: 40, y: 60, width: 900, height: 620 }
    const first = await startDesktop(folders)
    await openPage(first)
    await first.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds)
    await first.close()
    const second = await startDesktop(folders)
    await openPage(second)
    expect(await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())).toEqual(bounds)
    await second.close()
  })

  test('a page that crashes is there again at once', async ({ desktop, page }) => {
    const crashed = page.waitForEvent('crash')
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
    await crashed
    await until('the page to be there again', () =>
      desktop.evaluate(
        ({ BrowserWindow }): Promise<boolean> =>
          BrowserWindow.getAllWindows()[0]
            ?.webContents.executeJavaScript('document.querySelector("nav") !== null')
            .then(
              (found: unknown) => found === true,
              () => false,
            ) ?? Promise.resolve(false),
      ),
    )
  })

  test('a second start on the same data folder shows the first window and ends', async ({ desktop, page, folders }) => {
    await page.title()
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur())
    await expect(startDesktop(folders)).rejects.toThrow()
    await expect.poll(() => desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isFocused())).toBe(true)
    expect(desktop.windows()).toHaveLength(1)
  })

  test('a start on another data folder is an app of its own', async ({ desktop, page }) => {
    const others = await makeFolders()
    const other = await startDesktop(others)
    await expect((await openPage(other)).getByRole('navigation')).toBeVisible()
    await expect(page.getByRole('navigation')).toBeVisible()
    expect(other.process().pid).not.toBe(desktop.process().pid)
    await other.close()
    await removeRun(others)
  })

  test('joins a Bullpen that runs without a window, leaves it running, and goes on by itself once that has ended', async ({ folders }) => {
    const app = await App.start({ folders })
    const service = await app.api.spawn({ name: 'of the service', cwd: folders.work })
    const first = await startDesktop(folders)
    await (
      await openPage(first)
    )
      .getByRole('button', { name: /of the service/ })
      .first()
      .waitFor()
    await first.close()
    expect((await app.api.instance(service.id)).state).toBe('idle')

    const second = await startDesktop(folders)
    const page = await openPage(second)
    const composer = await newInstance(page, 'of the window', folders.work)
    await composer.fill('[echo: through the service]')
    await composer.press('Enter')
    await expect(page.locator('.thread').getByText('through the service', { exact: true })).toBeVisible()
    expect((await app.api.instances()).map(({ name }) => name).sort()).toEqual(['of the service', 'of the window'])

    await app.quit()
    const holder = async () => z.object({ pid: z.int() }).parse(JSON.parse(await readFile(path.join(folders.data, 'lock'), 'utf8'))).pid
    await until('the window’s own core', async () => (await holder().catch(() => null)) === second.process().pid)
    await composer.fill('[echo: on its own]')
    await composer.press('Enter')
    await expect(page.locator('.thread').getByText('on its own', { exact: true })).toBeVisible()
    await second.close()
  })

  test('a data folder that somebody has who cannot be joined: says so', async ({ folders }) => {
    const { path: binary, isReal } = electronBinary()
    test.skip(isReal, 'Electron itself says it in a dialog that only a person can close.')
    const lock = await acquireDataFolder(folders.data)
    const child = spawn(binary, [root, '--demo'], { env: appEnv(folders), stdio: ['ignore', 'ignore', 'pipe'] })
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
    const exit = await within(patienceMs, 'the second copy to end', new Promise((resolve) => child.once('exit', resolve)))
    expect(exit).toBe(1)
    expect(words).toContain('Bullpen cannot start')
    expect(words).toContain(`process ${process.pid}`)
    await lock.release()
  })
})
