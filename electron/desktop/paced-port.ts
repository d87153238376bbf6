import { bytesTaken, messageBytes } from '../../shared/desktop-bridge.ts'

type Listener = (event?: { data: unknown }) => void

/** What is needed of Electron's MessagePortMain. */
export type MainPort = {
  on(event: 'message' | 'close', listener: Listener): unknown
  postMessage(data: unknown): void
}

/** A page that has not taken so much gets no more of its streams until it has. */
const mostUntaken = 4 * 1024 * 1024

/**
 * A port whose page says how much it has taken: a port of Electron's own takes whatever it is given and keeps it in this process. Streams
 * wait with `drained`, so a page that is stuck costs a bounded amount; what it has missed, its streams tell it when it goes on.
 */
export class PacedPort {
  readonly #port: MainPort
  #sent = 0
  #taken = 0
  #closed = false
  #wake = Promise.withResolvers<void>()

  constructor(port: MainPort) {
    this.#port = port
    port.on('message', (event) => {
      const taken = bytesTaken(event?.data)
      if (taken !== null) this.#hasTaken(taken)
    })
    port.on('close', () => {
      this.#closed = true
      this.#wake.resolve()
    })
  }

  /** For those who answer what the page says; what it says of its own pace is not among that. */
  on<T extends string>(event: T, listener: Listener): void {
    if (event === 'close') this.#port.on('close', listener)
    if (event !== 'message') return
    this.#port.on('message', (said) => {
      if (bytesTaken(said?.data) === null) listener(said)
    })
  }

  /** It gets no more until it has taken what it was sent. */
  get isFull(): boolean {
    return !this.#closed && this.#sent - this.#taken > mostUntaken
  }

  postMessage(data: unknown): void {
    this.#sent += messageBytes(data)
    this.#port.postMessage(data)
  }

  /** Resolves when the page has taken nearly all it was sent, or has gone. */
  async drained(): Promise<void> {
    while (this.isFull) await this.#wake.promise
  }

  #hasTaken(bytes: number): void {
    this.#taken = Math.min(this.#sent, Math.max(this.#taken, bytes))
    this.#wake.resolve()
    this.#wake = Promise.withResolvers<void>()
  }
}
