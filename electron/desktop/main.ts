import { app, BrowserWindow, dialog, ipcMain } from 'electron'
import { homedir } from 'node:os'
import { z } from 'zod'
import { toAppError } from '../../shared/app-error.ts'
import { Core } from '../core/core.ts'
import { dataFolderPath } from '../core/storage/data-folder.ts'
import { setMenu } from './menu.ts'
import { notifyWhileAway } from './notifications.ts'
import { servePorts } from './port.ts'
import { registerScheme, servePage } from './protocol.ts'
import { isOwnPage, lockDown } from './security.ts'
import { MainWindow } from './window.ts'

const closeLimitMs = 15_000

registerScheme()
app.enableSandbox()
if (app.requestSingleInstanceLock()) void start()
else app.quit()

/** Opens the core, then the window; the second start of the app shows the window of the first. */
async function start(): Promise<void> {
  const window = new MainWindow()
  await app.whenReady()
  const core = await openCore()
  if (core === null) return app.exit(1)
  lockDown()
  servePage()
  servePorts(core)
  serveBridge(window)
  setMenu((id) => {
    window.show()
    window.send('bullpen:command', id)
  })
  const away = new AbortController()
  void notifyWhileAway(core, {
    isWatched: () => window.get()?.isFocused() ?? false,
    onClick: (conversationId) => {
      window.show()
      window.send('bullpen:open-conversation', conversationId)
    },
    signal: away.signal,
  })
  app.on('second-instance', () => window.show())
  app.on('activate', () => window.show())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  closeCoreOnQuit(core, away)
  window.show()
  return undefined
}

async function openCore(): Promise<Core | null> {
  try {
    return await Core.open({
      home: dataFolderPath(process.env),
      shell: 'desktop',
      demo: process.argv.includes('--demo'),
      env: process.env,
      version: app.getVersion(),
    })
  } catch (thrown) {
    dialog.showErrorBox('Bullpen cannot start', toAppError(thrown).message)
    return null
  }
}

/** Every process is ended before the app is, but a broken one does not keep it for ever. */
function closeCoreOnQuit(core: Core, away: AbortController): void {
  let closing = false
  app.on('will-quit', (event) => {
    if (closing) return
    closing = true
    event.preventDefault()
    away.abort()
    const limit = setTimeout(() => app.exit(1), closeLimitMs)
    void core.close().finally(() => {
      clearTimeout(limit)
      app.exit(0)
    })
  })
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => app.quit())
}

/** The few things besides the contract that only the desktop can do. */
function serveBridge(window: MainWindow): void {
  ipcMain.handle('bullpen:pick-folder', async (event, start: unknown) => {
    const owner = BrowserWindow.fromWebContents(event.sender)
    if (!owner || !isOwnPage(event.senderFrame?.url ?? '')) return null
    const defaultPath = z.string().min(1).safeParse(start).data ?? homedir()
    const { canceled, filePaths } = await dialog.showOpenDialog(owner, { properties: ['openDirectory', 'createDirectory'], defaultPath })
    return canceled ? null : (filePaths[0] ?? null)
  })
  ipcMain.on('bullpen:badge', (event, count: unknown) => {
    const parsed = z.int().min(0).safeParse(count)
    if (!parsed.success || !isOwnPage(event.senderFrame?.url ?? '')) return
    app.setBadgeCount(parsed.data)
    window.get()?.flashFrame(parsed.data > 0 && window.get()?.isFocused() === false)
  })
}
