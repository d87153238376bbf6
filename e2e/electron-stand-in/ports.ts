import { EventEmitter } from 'node:events'

/** `closed`: the end that stays in main was closed. */
export type PortData = { text?: string | undefined; base64?: string | undefined; closed?: true | undefined }

/** The end of a channel that stays in main; the other end goes to a page. */
export class MainPort extends EventEmitter {
  readonly #waiting: PortData[] = []
  #send: ((data: PortData) => void) | null = null
  #started = false
  readonly #early: unknown[] = []

  postMessage(data: unknown): void {
    const encoded = typeof data === 'string' ? { text: data } : { base64: Buffer.from(bytesOf(data)).toString('base64') }
    if (this.#send) this.#send(encoded)
    else this.#waiting.push(encoded)
  }

  start(): void {
    this.#started = true
    for (const data of this.#early.splice(0)) this.emit('message', { data })
  }

  close(): void {
    if (this.#send) this.#send({ closed: true })
    else this.#waiting.push({ closed: true })
    this.emit('close')
  }

  /** Joins it to the page that has the other end. */
  join(send: (data: PortData) => void): void {
    this.#send = send
    for (const data of this.#waiting.splice(0)) send(data)
  }

  take({ text, base64 }: PortData): void {
    const data = text ?? new Uint8Array(Buffer.from(base64 ?? '', 'base64'))
    if (this.#started) this.emit('message', { data })
    else this.#early.push(data)
  }
}

/** The end that is handed over: it only says which port it belongs to. */
export class HandedPort {
  readonly main: MainPort

  constructor(main: MainPort) {
    this.main = main
  }
}

export class MessageChannelMain {
  readonly port1 = new MainPort()
  readonly port2 = new HandedPort(this.port1)
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  throw new TypeError('A port takes text and bytes.')
}
