import { screen, type BrowserWindow, type Rectangle } from 'electron'
import Store from 'electron-store'
import { z } from 'zod'
import { windowKeySchema } from '../../shared/domain/workspace.ts'

const placeSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(360),
  height: z.int().min(300),
  maximized: z.boolean(),
})
type Place = z.infer<typeof placeSchema>

const firstSize = { width: 1280, height: 800 }
const saveMs = 500
/** So much of the window must be on a screen for the user to get hold of it. */
const graspable = 50
const mostWindows = 12

/** Which windows were open when the app was last seen, and where they were, kept over restarts. */
export class WindowPlaces {
  readonly #store = new Store({ name: 'window', clearInvalidConfig: true })

  /** The windows that were open, by their names; always one at least. */
  open(): string[] {
    const open = z.array(windowKeySchema).max(mostWindows).safeParse(this.#store.get('open')).data ?? []
    return open.length === 0 ? [mainWindow] : open
  }

  /** Remembers which are open; where others were is forgotten. */
  setOpen(keys: readonly string[]): void {
    this.#store.set('open', keys.slice(0, mostWindows))
    const others = Object.entries(this.#others()).filter(([key]) => keys.includes(key))
    this.#store.set('places', Object.fromEntries(others))
  }

  /** The place for a new window: its last one, unless its screen is gone. */
  last(key: string): { bounds: Partial<Rectangle>; maximized: boolean } {
    const place = placeSchema.safeParse(key === mainWindow ? this.#store.get('place') : this.#others()[key]).data
    if (!place) return { bounds: firstSize, maximized: false }
    const { maximized, ...bounds } = place
    return isVisible(bounds) ? { bounds, maximized } : { bounds: { width: bounds.width, height: bounds.height }, maximized }
  }

  /** Remembers where `window` goes, until it is closed. */
  follow(key: string, window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined
    const save = (): void => {
      clearTimeout(timer)
      this.#save(key, { ...window.getNormalBounds(), maximized: window.isMaximized() })
    }
    const saveSoon = (): void => {
      clearTimeout(timer)
      timer = setTimeout(save, saveMs)
    }
    window.on('resize', saveSoon)
    window.on('move', saveSoon)
    window.on('close', save)
    window.once('closed', () => clearTimeout(timer))
  }

  #save(key: string, place: Place): void {
    if (key === mainWindow) this.#store.set('place', place)
    else this.#store.set('places', { ...this.#others(), [key]: place })
  }

  #others(): Record<string, Place> {
    return z.record(windowKeySchema, placeSchema).safeParse(this.#store.get('places')).data ?? {}
  }
}

/** The window that there is where there is one only. */
export const mainWindow = 'main'

function isVisible({ x, y, width, height }: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching({ x, y, width, height })
  const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x)
  const down = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y)
  return across >= graspable && down >= graspable
}
