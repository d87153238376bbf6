import { app } from 'electron'
import { randomBytes } from 'node:crypto'
import type { Log } from '../core/log.ts'
import { mainWindow, WindowPlaces } from './window-place.ts'
import { AppWindow } from './window.ts'

/** All windows of the app. Those that were open when it ended come back, each with what it showed. */
export class Windows {
  readonly #places = new WindowPlaces()
  readonly #log: Log
  /** The one used last comes last. */
  #open: AppWindow[] = []
  #isQuitting = false

  constructor(log: Log) {
    this.#log = log
    app.on('before-quit', () => (this.#isQuitting = true))
  }

  get isAnyFocused(): boolean {
    return this.#open.some(({ isFocused }) => isFocused)
  }

  /** Brings the window used last to the front; without any, those that were open last are opened. */
  show(): void {
    const last = this.#open.at(-1)
    if (last) return last.show()
    this.#isQuitting = false
    for (const key of this.#places.open()) this.#make(key, '')
    return undefined
  }

  /** A further window, at an address of the page or with an empty start. */
  open(address: string): void {
    this.#make(this.#open.length === 0 ? mainWindow : `w-${randomBytes(6).toString('hex')}`, address)
    this.#remember()
  }

  /** Sends a text to the page of the window used last, once that is there. */
  send(channel: string, text: string): void {
    this.#open.at(-1)?.send(channel, text)
  }

  /** Asks for attention where nobody looks. */
  flash(on: boolean): void {
    this.#open.at(-1)?.flash(on && !this.isAnyFocused)
  }

  #make(key: string, address: string): void {
    const window: AppWindow = new AppWindow({
      key,
      address,
      places: this.#places,
      log: this.#log,
      onFocus: () => (this.#open = [...this.#open.filter((one) => one !== window), window]),
      onClosed: () => this.#closed(window),
    })
    this.#open = [...this.#open, window]
  }

  /** The last one comes back at the next start, one that was closed beside others does not. */
  #closed(window: AppWindow): void {
    this.#open = this.#open.filter((one) => one !== window)
    if (!this.#isQuitting && this.#open.length > 0) this.#remember()
  }

  #remember(): void {
    this.#places.setOpen(this.#open.map(({ key }) => key))
  }
}
