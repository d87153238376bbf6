import { EventEmitter } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { BrowserWindow, windowEvents } from './browser-window.ts'
import { closeDevtools, devtools } from './devtools.ts'

const root = path.resolve(process.env['STAND_IN_APP'] ?? '.')
const packageJson = z.object({ name: z.string(), version: z.string() }).parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')))
const configFolder = process.env['XDG_CONFIG_HOME'] ?? path.join(process.env['HOME'] ?? '.', '.config')
const userData = path.join(configFolder, packageJson.name)

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
    return name === 'userData' ? userData : configFolder
  }

  enableSandbox(): void {
    this.emit('sandbox-enabled')
  }

  setBadgeCount(count: number): boolean {
    this.badgeCount = count
    return true
  }

  async whenReady(): Promise<void> {
    await devtools()
  }

  /** One file per user data folder; a second start writes into another that the first one watches. */
  requestSingleInstanceLock(): boolean {
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
    this.emit('before-quit')
    let prevented = false
    this.emit('will-quit', { preventDefault: () => (prevented = true) })
    this.#quitting = true
    if (!prevented) this.exit(0)
  }

  exit(code = 0): void {
    if (this.#locked) rmSync(path.join(userData, 'stand-in-lock'), { force: true })
    void closeDevtools().finally(() => process.exit(code))
    setTimeout(() => process.exit(code), 2_000)
  }
}

export const app = new App()

windowEvents.on('made', (window: BrowserWindow) => app.emit('web-contents-created', {}, window.webContents))
windowEvents.on('closed', () => {
  if (BrowserWindow.getAllWindows().length === 0) app.emit('window-all-closed')
})
