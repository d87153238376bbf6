import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk'

/** What is sent to a child, in order, for as long as it lives: an iterable that waits for the next message. */
export class PromptStream implements AsyncIterable<SDKUserMessage> {
  readonly #waiting: SDKUserMessage[] = []
  #wake: (() => void) | null = null
  #closed = false

  push(message: SDKUserMessage): void {
    if (this.#closed) return
    this.#waiting.push(message)
    this.#wake?.()
  }

  /** Ends the iteration, which closes the child's input. */
  close(): void {
    this.#closed = true
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage, void, void> {
    while (true) {
      const next = this.#waiting.shift()
      if (next) yield next
      else if (this.#closed) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
