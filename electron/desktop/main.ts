import { app, dialog, nativeTheme, powerMonitor } from 'electron'
import { toAppError } from '../../shared/app-error.ts'
import { Core } from '../core/core.ts'
import { endIfStuck, survive, surviveClosedOutput } from '../core/survive.ts'
import { dataFolderPath } from '../core/storage/data-folder.ts'
import { serveBridge } from './bridge.ts'
import { setMenu } from './menu.ts'
import { notifyWhileAway } from './notifications.ts'
import { servePorts } from './port.ts'
import { keepProfileIn } from './profile.ts'
import { registerScheme, servePage } from './protocol.ts'
import { systemCipher } from './secrets.ts'
import { lockDown } from './security.ts'
import { Windows } from './windows.ts'

const closeLimitMs = 15_000
const home = dataFolderPath(process.env)

surviveClosedOutput()
registerScheme()
app.enableSandbox()
keepProfileIn(home)
if (app.requestSingleInstanceLock()) start().catch(cannotStart)
else app.quit()

/** Opens the core, then the windows; the second start of the app shows those of the first. */
async function start(): Promise<void> {
  await app.whenReady()
  const core = await Core.open({
    home,
    shell: 'desktop',
    demo: process.argv.includes('--demo'),
    env: process.env,
    version: app.getVersion(),
    cipher: systemCipher,
  })
  survive(core)
  const away = new AbortController()
  closeCoreOnQuit(core, away)
  try {
    openWindow(core, away.signal)
  } catch (thrown) {
    await core.close()
    throw thrown
  }
}

function openWindow(core: Core, away: AbortSignal): void {
  const windows = new Windows(core.log)
  lockDown(core.log)
  servePage()
  servePorts(core)
  serveBridge(windows)
  const command = (id: string): void => {
    windows.show()
    windows.send('bullpen:command', id)
  }
  setMenu(command, () => windows.open(''))
  void notifyWhileAway(core, {
    isWanted: () => core.settings.current().notifications,
    isWatched: () => windows.isAnyFocused,
    onClick: (conversationId) => {
      windows.show()
      windows.send('bullpen:open-conversation', conversationId)
    },
    signal: away,
  }).catch((error: unknown) => core.log.error({ err: error }, 'no notifications any more'))
  followTheme(core)
  followPower(core)
  app.on('second-instance', () => windows.show())
  app.on('activate', () => windows.show())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  windows.show()
}

/** There is no window yet to say it in. */
function cannotStart(thrown: unknown): void {
  dialog.showErrorBox('Bullpen cannot start', toAppError(thrown).message)
  app.exit(1)
}

/** Every process is ended before the app is, but a broken one does not keep it for ever. */
function closeCoreOnQuit(core: Core, away: AbortController): void {
  let closing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    away.abort()
    const limit = setTimeout(() => exit(1), closeLimitMs)
    void core.close().finally(() => {
      clearTimeout(limit)
      exit(0)
    })
  })
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => app.quit())
}

function exit(code: number): void {
  endIfStuck()
  app.exit(code)
}

/** Menus, dialogs and the frame are as light or dark as the page. */
function followTheme(core: Core): void {
  nativeTheme.themeSource = core.settings.current().theme
  core.settings.onChange(({ theme }) => (nativeTheme.themeSource = theme))
}

/** A sign-in may have run out while the machine slept; a shutdown gets the same orderly end as a quit. */
function followPower(core: Core): void {
  powerMonitor.on('resume', () => void core.health.check().catch((error: unknown) => core.log.warn({ err: error }, 'no check after sleep')))
  powerMonitor.on('shutdown', () => app.quit())
}
