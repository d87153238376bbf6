import { app, dialog, nativeTheme, powerMonitor } from 'electron'
import { toAppError } from '../../shared/app-error.ts'
import type { PoolEvent } from '../../shared/domain/event.ts'
import type { Settings } from '../../shared/domain/settings.ts'
import type { CoreOptions } from '../core/core.ts'
import type { Log } from '../core/log.ts'
import { endIfStuck, surviveClosedOutput } from '../core/survive.ts'
import { dataFolderPath } from '../core/storage/data-folder.ts'
import { serveBridge } from './bridge.ts'
import { setMenu } from './menu.ts'
import { followHouse } from './follow-house.ts'
import { Houses } from './houses.ts'
import { Notifications } from './notifications.ts'
import { openHouse, reopenHouse } from './open-house.ts'
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

/** Opens the core, or joins the one that runs already, then the windows; the second start of the app shows those of the first. */
async function start(): Promise<void> {
  await app.whenReady()
  const options: CoreOptions = {
    home,
    shell: 'desktop',
    demo: process.argv.includes('--demo'),
    env: process.env,
    version: app.getVersion(),
    cipher: systemCipher,
  }
  const first = await openHouse(options)
  // Before the first window, which would flash in the other colours.
  nativeTheme.themeSource = (await first.client.settings.get()).theme
  const away = new AbortController()
  let notifies = false
  const windows = new Windows(first.log)
  const notifications = new Notifications({
    isWanted: () => notifies,
    isWatched: () => windows.isAnyFocused,
    onClick: (address) => {
      windows.show()
      windows.send('bullpen:open', address)
    },
  })
  const houses = new Houses(first, {
    reopen: () => reopenHouse(options),
    onHouse: (house) => {
      const onSettings = (settings: Settings): void => {
        notifies = settings.notifications
        // Menus, dialogs and the frame are as light or dark as the page.
        nativeTheme.themeSource = settings.theme
      }
      const onEvent = (event: PoolEvent) => notifications.take(event, house.client)
      void followHouse(house, { onSettings, onEvent }, away.signal).catch((error: unknown) => {
        if (!away.signal.aborted) house.log.warn({ err: error }, 'no notifications any more')
      })
    },
    onLost: cannotStart,
  })
  closeOnQuit(houses, () => {
    away.abort()
    notifications.closeAll()
  })
  try {
    openWindow(houses, windows, first.log)
  } catch (thrown) {
    await houses.close()
    throw thrown
  }
}

function openWindow(houses: Houses, windows: Windows, log: Log): void {
  lockDown(log)
  servePage()
  servePorts(() => houses.current, log)
  serveBridge(windows)
  const command = (id: string): void => {
    windows.show()
    windows.send('bullpen:command', id)
  }
  setMenu(command, () => windows.open(''))
  followPower(houses, log)
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

/** Every process is ended before the app is, but a broken one does not keep it for ever. What was joined goes on. */
function closeOnQuit(houses: Houses, stop: () => void): void {
  let closing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    stop()
    const limit = setTimeout(() => exit(1), closeLimitMs)
    void houses.close().finally(() => {
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

/** A sign-in may have run out while the machine slept; a shutdown gets the same orderly end as a quit. */
function followPower(houses: Houses, log: Log): void {
  const check = async (): Promise<void> => void (await (await houses.current).client.system.check())
  powerMonitor.on('resume', () => void check().catch((error: unknown) => log.warn({ err: error }, 'no check after sleep')))
  powerMonitor.on('shutdown', () => app.quit())
}
