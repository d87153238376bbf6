const nearPx = 6
const intentMs = 700
/** So long after the list has taken another width its rows are measured anew, and move by themselves. */
const settleMs = 2_000

/**
 * Keeps a scrolled list at its end while the reader is there, and leaves them alone once they have scrolled
 * up. The reader's scrolling is told from the list's own, which moves its content when rows are measured: it
 * follows a wheel, a key, a touch or a drag of the bar, or happens while nothing changes its size.
 */
export class StickToEnd {
  #element: HTMLElement | null = null
  #isAtEnd = true
  #top = 0
  #height = 0
  #intentUntil = 0
  #settledAt = 0
  #isDragging = false
  #endsElsewhere = false
  readonly #listeners = new Set<() => void>()

  /** Whether the list follows what comes. */
  readonly isAtEnd = (): boolean => this.#isAtEnd

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** To be called when the content may have grown. */
  readonly follow = (): void => {
    if (this.#element && this.#isAtEnd) this.#element.scrollTop = this.#element.scrollHeight
  }

  /** Back to the end, and on with what comes. */
  readonly toEnd = (): void => {
    this.#set(true)
    this.follow()
  }

  /** Stays where the reader is, whatever comes. */
  readonly leave = (): void => this.#set(false)

  /** Puts a list that was just drawn at its place: at an element, given by a selector, in its middle or `offset` below its top, or else at its end. */
  begin(list: HTMLElement, selector: string, offset?: number): void {
    const [row, frame] = [list.querySelector(selector)?.getBoundingClientRect(), list.getBoundingClientRect()]
    if (row) this.leave()
    list.scrollTop = row ? list.scrollTop + row.top - frame.top - (offset ?? (frame.height - row.height) / 2) : list.scrollHeight
  }

  /** Whether an element of the list stands so far below its top. */
  stands(selector: string, offset: number): boolean {
    const list = this.#element
    const row = list?.querySelector(selector)
    if (!list || !row) return false
    return Math.abs(row.getBoundingClientRect().top - list.getBoundingClientRect().top - offset) < 2
  }

  /** Whether an element of the list is in sight, at least with its beginning; one that is higher than the list with any part. */
  shows(selector: string): boolean {
    const [row, list] = [this.#element?.querySelector(selector)?.getBoundingClientRect(), this.#element?.getBoundingClientRect()]
    if (!row || !list || row.bottom < list.top || row.top > list.bottom - nearPx) return false
    return row.top >= list.top || row.height > list.height
  }

  /** Whether the reader scrolls right now. */
  readonly isMovedByReader = (): boolean => this.#isDragging || performance.now() < this.#intentUntil

  /** Whether what the list ends with is not the end of the conversation: there is nothing to follow there. */
  endsElsewhere(value: boolean): void {
    this.#endsElsewhere = value
    if (value) this.#set(false)
  }

  /** Watches the element that scrolls; returns how to end that. */
  attach(element: HTMLElement): () => void {
    this.#element = element
    this.#top = element.scrollTop
    this.#height = element.scrollHeight
    const end = new AbortController()
    const options = { passive: true, signal: end.signal }
    const intend = () => {
      this.#intentUntil = performance.now() + intentMs
    }
    element.addEventListener('scroll', () => this.#scrolled(element), options)
    for (const kind of ['wheel', 'touchmove', 'keydown']) element.addEventListener(kind, intend, options)
    element.addEventListener('pointerdown', (event) => (this.#isDragging = event.target === element), options)
    window.addEventListener('pointerup', () => (this.#isDragging = false), options)
    let width = element.clientWidth
    const resized = new ResizeObserver(() => {
      if (element.clientWidth !== width) this.#settledAt = performance.now() + settleMs
      width = element.clientWidth
      this.follow()
    })
    resized.observe(element)
    return () => {
      end.abort()
      resized.disconnect()
      this.#element = null
    }
  }

  #scrolled(element: HTMLElement): void {
    const { scrollTop, scrollHeight, clientHeight } = element
    const distance = scrollHeight - scrollTop - clientHeight
    const isUp = scrollTop < this.#top - 1
    const now = performance.now()
    const isStill = scrollHeight === this.#height && now > this.#settledAt
    const byReader = this.#isDragging || now < this.#intentUntil || isStill
    this.#top = scrollTop
    this.#height = scrollHeight
    if (this.#isAtEnd && isUp && byReader && distance > nearPx) this.#set(false)
    else if (!this.#isAtEnd && !isUp && distance <= nearPx && !this.#endsElsewhere) this.#set(true)
  }

  #set(isAtEnd: boolean): void {
    if (this.#isAtEnd === isAtEnd) return
    this.#isAtEnd = isAtEnd
    for (const listener of this.#listeners) listener()
  }
}
