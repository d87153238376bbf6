import { app, BrowserWindow, dialog, nativeTheme } from 'electron'
import { join } from 'node:path'
import type { Log } from '../core/log.ts'
import { pageOrigin } from './protocol.ts'
import type { WindowPlaces } from './window-place.ts'

const mostReloads = 3
const reloadSpanMs = 60_000

export type AppWindowOptions = {
  /** Names it, to its page too. */
  key: string
  places: WindowPlaces
  /** The part of the page's address that it begins with; empty: what it showed last. */
  address: string
  onFocus: () => void
  onClosed: () => void
  log: Log
}

/** A window of the app, in the place where it was. */
export class AppWindow {
  readonly key: string
  readonly #options: AppWindowOptions
  readonly #log: Log
  #window: BrowserWindow | null = null
  #isLoaded = false
  #unsent: { channel: string; text: string }[] = []
  #crashes: number[] = []

  constructor(options: AppWindowOptions) {
    this.key = options.key
    this.#options = options
    this.#log = options.log
    this.#open()
  }

  get isFocused(): boolean {
    return this.#window?.isFocused() ?? false
  }

  flash(on: boolean): void {
    this.#window?.flashFrame(on)
  }

  /** Brings it to the front; a new one comes there by itself once there is something to see. */
  show(): void {
    if (this.#window === null) return undefined
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    return this.#window.focus()
  }

  /** Sends a text to the page on a channel of the preload, once the page is there. */
  send(channel: string, text: string): void {
    if (this.#isLoaded) this.#window?.webContents.send(channel, text)
    else this.#unsent.push({ channel, text })
  }

  #open(): void {
    const { key, places, address, onFocus, onClosed } = this.#options
    const { bounds, maximized } = places.last(key)
    const window = new BrowserWindow({
      ...bounds,
      minWidth: 360,
      minHeight: 300,
      show: false,
      title: 'Bullpen',
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#191817' : '#ffffff',
      webPreferences: {
        preload: join(import.meta.dirname, '..', 'preload', 'preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: true,
      },
    })
    this.#window = window
    places.follow(key, window)
    window.on('focus', onFocus)
    window.once('ready-to-show', () => {
      if (maximized) window.maximize()
      this.show()
    })
    window.once('closed', () => {
      this.#window = null
      this.#isLoaded = false
      onClosed()
    })
    const { webContents } = window
    webContents.on('did-finish-load', () => this.#loaded())
    webContents.on('preload-error', (_, path, error) => this.#log.error({ err: error, path }, 'the preload failed'))
    webContents.on('render-process-gone', (_, { reason }) => void this.#gone(window, reason))
    window
      .loadURL(`${pageOrigin}/index.html?window=${key}${address}`)
      .catch((error: unknown) => this.#log.error({ err: error }, 'the page was not loaded'))
  }

  #loaded(): void {
    this.#isLoaded = true
    for (const { channel, text } of this.#unsent.splice(0)) this.send(channel, text)
  }

  /** A page that crashed is loaded again, for the core has all that was on it; one that goes on crashing is not for ever. */
  async #gone(window: BrowserWindow, reason: string): Promise<void> {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    this.#isLoaded = false
    this.#log.error({ reason }, 'the page crashed')
    const now = performance.now()
    this.#crashes = [...this.#crashes.filter((at) => now - at < reloadSpanMs), now]
    if (this.#crashes.length <= mostReloads) return window.reload()
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: 'The window of Bullpen keeps crashing.',
      detail: 'Your instances keep working and nothing is lost. Try again, or restart Bullpen.',
      buttons: ['Try Again', 'Quit'],
      defaultId: 0,
      cancelId: 0,
    })
    if (response === 1) return app.quit()
    this.#crashes = []
    if (!window.isDestroyed()) window.reload()
  }
}
