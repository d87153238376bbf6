import path from 'node:path'
import { expect, test } from '../support/desktop.ts'

const preload = path.resolve(import.meta.dirname, '..', '..', 'out', 'preload', 'preload.cjs')

test.describe('what the page may not do', () => {
  test('nothing of Node reaches the page, and it may load nothing from elsewhere', async ({ page }) => {
    expect(await page.evaluate(() => [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')])).toEqual([
      'undefined',
      'undefined',
    ])
    const outcome = await page.evaluate(() =>
      fetch('https://example.com').then(
        () => 'loaded',
        () => 'refused',
      ),
    )
    expect(outcome).toBe('refused')
  })

  test('permissions are denied, but for copying', async ({ desktop, page }) => {
    await page.title()
    const answers = await desktop.evaluate(async ({ session }) => {
      const own: unknown = Reflect.get(session.defaultSession, 'checkHandler')
      if (typeof own !== 'function') return null
      return ['media', 'geolocation', 'notifications', 'clipboard-sanitized-write'].map((permission): unknown =>
        Reflect.apply(own, null, [null, permission]),
      )
    })
    test.skip(answers === null, 'Only the stand-in shows its handlers.')
    expect(answers).toEqual([false, false, false, true])
  })

  test('a page that is not ours gets neither a port nor a dialog, even with our preload', async ({ desktop, page }) => {
    await desktop.evaluate(({ dialog }) => {
      Reflect.set(dialog, 'showOpenDialog', async () => ({ canceled: false, filePaths: ['/picked'] }))
    })
    expect(await page.evaluate(askForAll)).toEqual({ port: true, folder: '/picked' })
    const opened = desktop.waitForEvent('window')
    await desktop.evaluate(async ({ BrowserWindow }, script) => {
      const webPreferences = { preload: script, sandbox: true, contextIsolation: true }
      await new BrowserWindow({ show: false, webPreferences }).loadURL('data:text/html,<h1>Foreign</h1>')
    }, preload)
    const foreign = await opened
    await foreign.getByRole('heading', { name: 'Foreign' }).waitFor()
    expect(await foreign.evaluate(askForAll)).toEqual({ port: false, folder: null })
  })

  test('no script but its own runs, and no frame opens', async ({ page }) => {
    const outcome = await page.evaluate(async () => {
      const refused: string[] = []
      document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'window.ranInline = true'
      document.body.append(script)
      const frame = document.createElement('iframe')
      frame.src = 'https://example.com/'
      document.body.append(frame)
      while (refused.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
      return { refused: refused.toSorted(), ran: Reflect.get(window, 'ranInline') !== undefined }
    })
    expect(outcome).toEqual({ refused: ['frame-src', 'script-src-elem'], ran: false })
  })

  test('nothing but the files of the page is served', async ({ page }) => {
    const status = (address: string) => page.evaluate((one) => fetch(one).then((answer) => answer.status), address)
    expect(await status('/index.html')).toBe(200)
    for (const address of ['/nothing.js', '/..%2f..%2fpackage.json', '/..%2fmain%2fdesktop.js', '/%E0%A4%A', '/%00']) {
      expect(await status(address), address).toBe(404)
    }
  })

  test('a link asks before it leaves, and only to the web or a mail; the page stays where it is', async ({ desktop, page }) => {
    await desktop.evaluate(({ dialog, shell }) => {
      const seen = { opened: [] as string[], asked: [] as string[] }
      Reflect.set(globalThis, 'seenLinks', seen)
      shell.openExternal = async (url: string) => void seen.opened.push(url)
      Reflect.set(dialog, 'showMessageBox', async (options: { detail: string }) => {
        seen.asked.push(options.detail)
        return { response: options.detail.includes('yes') ? 0 : 1 }
      })
    })
    // On the stand-in the window is asked for without making it; on Electron the page opens it.
    const open = async (url: string) => {
      const asked = await desktop.evaluate(({ BrowserWindow }, address) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        const ask: unknown = contents ? Reflect.get(contents, 'askToOpen') : undefined
        if (typeof ask === 'function') Reflect.apply(ask, contents, [address])
        return typeof ask === 'function'
      }, url)
      if (!asked) await page.evaluate((address) => void setTimeout(() => window.open(address)), url)
    }
    const leave = (url: string) => page.evaluate((address) => void setTimeout(() => (location.href = address)), url)
    await open('http://example.com/plain')
    await open('file:///etc/passwd')
    await open('https://example.com/yes')
    await expect.poll(seen).toEqual({ opened: ['https://example.com/yes'], asked: ['https://example.com/yes'] })
    await leave('https://example.com/no')
    await expect.poll(seen).toEqual({ opened: ['https://example.com/yes'], asked: ['https://example.com/yes', 'https://example.com/no'] })
    await expect(page.getByRole('navigation')).toBeVisible()
    await expect.poll(() => desktop.windows().length).toBe(1)

    function seen(): Promise<unknown> {
      return desktop.evaluate((): unknown => Reflect.get(globalThis, 'seenLinks'))
    }
  })
})

/** Runs in a page: asks for all that main gives. What it posts to itself after the dialog's answer comes after any port. */
async function askForAll(): Promise<{ port: boolean; folder: string | null }> {
  let port = false
  const last = new Promise<void>((resolve) => {
    window.addEventListener('message', (event) => {
      port ||= event.ports.length > 0
      if (event.data === 'the last') resolve()
    })
  })
  window.bullpen?.requestPort()
  const folder = (await window.bullpen?.pickFolder(null)) ?? null
  window.postMessage('the last', '*')
  await last
  return { port, folder }
}
