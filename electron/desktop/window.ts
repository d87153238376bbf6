import { app, BrowserWindow, screen } from 'electron'
import Store from 'electron-store'
import { join } from 'node:path'
import { z } from 'zod'
import { pageOrigin } from './protocol.ts'

const placeSchema = z.object({ x: z.number(), y: z.number(), width: z.number().min(360), height: z.number().min(300), maximized: z.boolean() })
type Place = z.infer<typeof placeSchema>

const saveMs = 500
const mostReloads = 3

/** The app's one window: made anew when it is asked for after it was closed, in the place where it was. */
export class MainWindow {
  readonly #store = new Store({ name: 'window' })
  #window: BrowserWindow | null = null
  #reloads = 0

  get(): BrowserWindow | null {
    return this.#window
  }

  /** Brings it to the front, or makes it. */
  show(): void {
    const window = this.#window ?? this.#open()
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  /** Sends a text to the page, on a channel of the preload. */
  send(channel: string, text: string): void {
    this.#window?.webContents.send(channel, text)
  }

  #open(): BrowserWindow {
    const place = this.#place()
    const window = new BrowserWindow({
      ...(place ? { x: place.x, y: place.y, width: place.width, height: place.height } : { width: 1280, height: 800 }),
      minWidth: 360,
      minHeight: 300,
      show: false,
      title: 'Bullpen',
      backgroundColor: '#191817',
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
    if (place?.maximized) window.maximize()
    this.#keepPlace(window)
    window.once('ready-to-show', () => window.show())
    window.once('closed', () => (this.#window = null))
    window.webContents.on('render-process-gone', (_, { reason }) => this.#gone(window, reason))
    void window.loadURL(`${pageOrigin}/index.html`)
    return window
  }

  /** A page that crashed is loaded again; nothing of it is lost, for the core has it all. */
  #gone(window: BrowserWindow, reason: string): void {
    this.#reloads += 1
    if (reason === 'clean-exit' || this.#reloads > mostReloads || window.isDestroyed()) return
    window.reload()
  }

  #place(): Place | null {
    const place = placeSchema.safeParse(this.#store.get('place')).data
    if (!place) return null
    const { workArea } = screen.getDisplayMatching(place)
    const visible = place.x < workArea.x + workArea.width - 50 && place.y < workArea.y + workArea.height - 50
    return visible ? place : null
  }

  #keepPlace(window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined
    const save = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        if (!window.isDestroyed()) this.#store.set('place', { ...window.getNormalBounds(), maximized: window.isMaximized() })
      }, saveMs)
    }
    window.on('resize', save)
    window.on('move', save)
    window.once('closed', () => clearTimeout(timer))
    app.once('before-quit', () => clearTimeout(timer))
  }
}
