import { screen, type BrowserWindow, type Rectangle } from 'electron'
import Store from 'electron-store'
import { z } from 'zod'

const placeSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(360),
  height: z.int().min(300),
  maximized: z.boolean(),
})

const firstSize = { width: 1280, height: 800 }
const saveMs = 500
/** So much of the window must be on a screen for the user to get hold of it. */
const graspable = 50

/** Where the window was when it was last seen, kept over restarts. */
export class WindowPlace {
  readonly #store = new Store({ name: 'window', clearInvalidConfig: true })

  /** The place for a new window: the last one, unless its screen is gone. */
  last(): { bounds: Partial<Rectangle>; maximized: boolean } {
    const place = placeSchema.safeParse(this.#store.get('place')).data
    if (!place) return { bounds: firstSize, maximized: false }
    const { maximized, ...bounds } = place
    return isVisible(bounds) ? { bounds, maximized } : { bounds: { width: bounds.width, height: bounds.height }, maximized }
  }

  /** Remembers where `window` goes, until it is closed. */
  follow(window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined
    const save = (): void => {
      clearTimeout(timer)
      this.#store.set('place', { ...window.getNormalBounds(), maximized: window.isMaximized() })
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
}

function isVisible({ x, y, width, height }: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching({ x, y, width, height })
  const across = Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x)
  const down = Math.min(y + height, workArea.y + workArea.height) - Math.max(y, workArea.y)
  return across >= graspable && down >= graspable
}
