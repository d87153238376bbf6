import { EventEmitter } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { BrowserWindow, windowEvents } from './browser-window.ts'
import { closeDevtools, startDevtools } from './devtools.ts'

const root = path.resolve(process.env['STAND_IN_APP'] ?? '.')
const packageJson = z
  .object({ name: z.string(), version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')))
const configFolder = process.env['XDG_CONFIG_HOME'] ?? path.join(process.env['HOME'] ?? '.', '.config')
const paths: Record<string, string> = {
  appData: configFolder,
  userData: path.join(configFolder, packageJson.name),
  downloads: path.join(homedir(), 'Downloads'),
}

class App extends EventEmitter {
  readonly isPackaged = false
  badgeCount = 0
  #locked = false
  #quitting = false

  getVersion(): string {
    return packageJson.version
  }

  getName(): string {
    return packageJson.name
  }

  getAppPath(): string {
    return root
  }

  getPath(name: string): string {
    const found = paths[name]
    if (found === undefined) throw new Error(`The stand-in does not know the path “${name}”.`)
    return found
  }

  setPath(name: string, folder: string): void {
    paths[name] = folder
  }

  setAppUserModelId(): void {
    this.emit('model-id-set')
  }

  enableSandbox(): void {
    this.emit('sandbox-enabled')
  }

  setBadgeCount(count: number): boolean {
    this.badgeCount = count
    return true
  }

  async whenReady(): Promise<void> {
    await startDevtools(this.getPath('userData'))
  }

  /** One file per user data folder; a second start writes into another that the first one watches. */
  requestSingleInstanceLock(): boolean {
    const userData = this.getPath('userData')
    mkdirSync(userData, { recursive: true })
    const lock = path.join(userData, 'stand-in-lock')
    const knock = path.join(userData, 'stand-in-knock')
    try {
      const holder = Number(readFileSync(lock, 'utf8'))
      process.kill(holder, 0)
      writeFileSync(knock, String(process.pid))
      return false
    } catch {
      rmSync(lock, { force: true })
    }
    const handle = openSync(lock, 'wx')
    writeFileSync(handle, String(process.pid))
    closeSync(handle)
    writeFileSync(knock, '')
    watch(knock, () => this.emit('second-instance')).unref()
    this.#locked = true
    return true
  }

  quit(): void {
    if (this.#quitting) return
    this.#quitting = true
    this.emit('before-quit', {})
    for (const window of BrowserWindow.getAllWindows()) window.close()
    let prevented = BrowserWindow.getAllWindows().length > 0
    if (!prevented) this.emit('will-quit', { preventDefault: () => (prevented = true) })
    this.#quitting = false
    if (!prevented) this.exit(0)
  }

  /** True while a quit closes the windows: their end is none of its own then. */
  get isQuitting(): boolean {
    return this.#quitting
  }

  exit(code = 0): void {
    if (this.#locked) rmSync(path.join(this.getPath('userData'), 'stand-in-lock'), { force: true })
    void closeDevtools().finally(() => process.exit(code))
    setTimeout(() => process.exit(code), 2_000)
  }
}

export const app = new App()

windowEvents.on('made', (window: BrowserWindow) => app.emit('web-contents-created', {}, window.webContents))
windowEvents.on('closed', () => {
  if (BrowserWindow.getAllWindows().length === 0 && !app.isQuitting) app.emit('window-all-closed')
})
