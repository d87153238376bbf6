import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

const tickMs = 10

/** Server-sent events of the Messages API, at a chosen pace. */
export class EventWriter {
  readonly #response: ServerResponse
  readonly #signal: AbortSignal

  constructor(response: ServerResponse, signal: AbortSignal) {
    this.#response = response
    this.#signal = signal
  }

  get gone(): boolean {
    return this.#signal.aborted
  }

  open(): void {
    this.#response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'request-id': `req_${Date.now()}` })
    this.#response.flushHeaders()
  }

  write(type: string, data: Record<string, unknown>): void {
    this.#response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
  }

  /** Writes pieces at `rate` a second, several at a time where the clock is too coarse; 0: all at once. */
  async paced(pieces: readonly string[], rate: number, write: (piece: string) => void): Promise<void> {
    const began = performance.now()
    let sent = 0
    while (sent < pieces.length && !this.gone) {
      const due = rate === 0 ? pieces.length : Math.min(pieces.length, Math.floor(((performance.now() - began) / 1_000) * rate) + 1)
      for (; sent < due; sent += 1) write(pieces[sent] ?? '')
      if (sent < pieces.length) await this.pause(Math.max(tickMs, (sent / rate) * 1_000 + began - performance.now()))
    }
  }

  /** Waits, but not for somebody who has gone. */
  async pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#signal }).catch(() => {})
  }

  end(): void {
    this.#response.end()
  }

  /** Breaks the connection in the middle. */
  cut(): void {
    this.#response.destroy()
  }
}

/** Text in pieces of about a token. */
export function piecesOf(text: string): string[] {
  return text.match(/\s*\S{1,12}|\s+$/g) ?? []
}
