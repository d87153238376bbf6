/** A diagram as a picture, or why there is none. */
export type Drawing =
  | { kind: 'picture'; address: string; width: number; height: number; words: string }
  | { kind: 'failed'; reason: string }

type Job = { id: number; source: string; theme: 'light' | 'dark'; resolve: (drawing: Drawing) => void }

const longestSource = 20_000
const longestPicture = 2_000_000
const patienceMs = 15_000
/** The frame is let go when nothing was drawn for so long. */
const idleMs = 60_000
const mostRemembered = 60

/**
 * Draws diagrams in one frame that is nobody's: sandboxed, without the page's origin, without network. What comes back is shown as an
 * image, in which nothing runs. A frame that does not answer in time is replaced.
 */
export class Diagrams {
  readonly #address: string
  readonly #remembered = new Map<string, Promise<Drawing>>()
  readonly #waiting: Job[] = []
  #frame: HTMLIFrameElement | null = null
  #isReady = false
  #current: Job | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextId = 0

  constructor(address: string) {
    this.#address = address
  }

  /** Never rejects. */
  draw(source: string, theme: 'light' | 'dark'): Promise<Drawing> {
    if (source.length > longestSource) return Promise.resolve(failed('It is too long to be drawn.'))
    const key = `${theme}\n${source}`
    const known = this.#remembered.get(key)
    if (known) return known
    const drawing = new Promise<Drawing>((resolve) => {
      this.#waiting.push({ id: (this.#nextId += 1), source, theme, resolve })
      this.#next()
    })
    this.#remembered.set(key, drawing)
    const oldest = this.#remembered.keys().next()
    if (this.#remembered.size > mostRemembered && !oldest.done) this.#remembered.delete(oldest.value)
    return drawing
  }

  #next(): void {
    if (this.#current) return
    clearTimeout(this.#timer)
    this.#current = this.#waiting.shift() ?? null
    if (!this.#current) {
      this.#timer = setTimeout(() => this.#letGo(), idleMs)
      return
    }
    this.#timer = setTimeout(() => {
      this.#letGo()
      this.#done(failed('Drawing it took too long.'))
    }, patienceMs)
    if (this.#frame === null) this.#open()
    else if (this.#isReady) this.#ask()
  }

  #open(): void {
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-scripts')
    frame.title = 'Diagrams are drawn here'
    frame.className = 'diagram-frame'
    frame.tabIndex = -1
    frame.setAttribute('aria-hidden', 'true')
    frame.referrerPolicy = 'no-referrer'
    frame.src = this.#address
    window.addEventListener('message', this.#onMessage)
    document.body.append(frame)
    this.#frame = frame
  }

  readonly #onMessage = (event: MessageEvent<unknown>): void => {
    if (this.#frame === null || event.source !== this.#frame.contentWindow) return
    const message = event.data
    if (typeof message !== 'object' || message === null) return
    if ('ready' in message) {
      this.#isReady = true
      this.#ask()
    } else if ('id' in message && this.#current !== null && message.id === this.#current.id) {
      this.#done(drawingOf(message))
    }
  }

  #ask(): void {
    if (!this.#current) return
    const { id, source, theme } = this.#current
    // The frame has no origin that could be named; only it is spoken to.
    this.#frame?.contentWindow?.postMessage({ id, source, theme }, '*')
  }

  #done(drawing: Drawing): void {
    const done = this.#current
    this.#current = null
    done?.resolve(drawing)
    this.#next()
  }

  #letGo(): void {
    window.removeEventListener('message', this.#onMessage)
    this.#frame?.remove()
    this.#frame = null
    this.#isReady = false
  }
}

/** The page's own. */
export const diagrams = new Diagrams('./diagram/index.html')

function drawingOf(message: object): Drawing {
  if (!('svg' in message) || typeof message.svg !== 'string') return failed('It is not a diagram that can be drawn.')
  if (message.svg.length > longestPicture) return failed('It is too large to be shown.')
  const size = (value: unknown): number => (typeof value === 'number' && value > 0 && value < 20_000 ? Math.ceil(value) : 300)
  const width = size('width' in message ? message.width : 0)
  const height = size('height' in message ? message.height : 0)
  const words = 'words' in message && typeof message.words === 'string' ? message.words.slice(0, 1_000) : ''
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(message.svg.toWellFormed())}`
  return { kind: 'picture', address, width, height, words: words || 'Diagram' }
}

function failed(reason: string): Drawing {
  return { kind: 'failed', reason: `Shown as its source. ${reason}` }
}
