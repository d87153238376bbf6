import { EventEmitter } from 'node:events'
import { WebContents } from './web-contents.ts'

type Options = { width?: number; height?: number; x?: number; y?: number; webPreferences?: { preload?: string } }
const windows: BrowserWindow[] = []

/** A window, without a screen. */
export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents
  readonly options: Options
  #bounds: { x: number; y: number; width: number; height: number }
  #focused = false
  #maximized = false
  #visible = false
  #destroyed = false

  constructor(options: Options) {
    super()
    const { x = 0, y = 0, width = 800, height = 600, webPreferences } = options
    this.options = options
    this.#bounds = { x, y, width, height }
    this.webContents = new WebContents(webPreferences?.preload ?? '')
    this.webContents.once('page-shown', () => this.emit('ready-to-show'))
    this.webContents.once('destroyed', () => this.#closed())
    windows.push(this)
    windowEvents.emit('made', this)
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows]
  }

  static fromWebContents(contents: unknown): BrowserWindow | null {
    return windows.find(({ webContents }) => webContents === contents) ?? null
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.load(url)
  }

  reload(): void {
    this.webContents.reload()
  }

  show(): void {
    this.#visible = true
    this.focus()
    this.emit('show')
  }

  isVisible(): boolean {
    return this.#visible
  }

  focus(): void {
    if (this.#focused) return
    for (const other of windows) if (other !== this) other.blur()
    this.#focused = true
    this.emit('focus')
  }

  blur(): void {
    if (!this.#focused) return
    this.#focused = false
    this.emit('blur')
  }

  isFocused(): boolean {
    return this.#focused
  }

  isMinimized(): boolean {
    return false
  }

  restore(): void {
    this.emit('restore')
  }

  maximize(): void {
    this.#maximized = true
  }

  isMaximized(): boolean {
    return this.#maximized
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  flashFrame(): void {
    this.emit('flash')
  }

  setBounds(bounds: Partial<{ x: number; y: number; width: number; height: number }>): void {
    this.#bounds = { ...this.#bounds, ...bounds }
    this.emit('resize')
  }

  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return this.#bounds
  }

  close(): void {
    let prevented = false
    this.emit('close', { preventDefault: () => (prevented = true) })
    if (!prevented) this.webContents.close()
  }

  #closed(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    windows.splice(windows.indexOf(this), 1)
    this.emit('closed')
    windowEvents.emit('closed')
  }
}

export const windowEvents = new EventEmitter()
