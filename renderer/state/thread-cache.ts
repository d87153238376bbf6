import type { ThreadSource } from './thread-source.ts'
import { Thread } from './thread.ts'

/** Keeps the few conversations that were open last, so that going back to one is instant; closes the others. */
export class ThreadCache {
  readonly #source: ThreadSource
  readonly #size: number
  readonly #threads = new Map<string, Thread>()
  /** How often each is on the screen. */
  readonly #held = new Map<string, number>()

  constructor(source: ThreadSource, size = 4) {
    this.#source = source
    this.#size = size
  }

  /** The thread of a conversation, opened (around a message, see `Thread`) if it is not; it is now the last one used. */
  open(id: string, around?: string, offset?: number): Thread {
    const thread = this.#threads.get(id) ?? new Thread(id, this.#source, around, offset)
    this.#threads.delete(id)
    this.#threads.set(id, thread)
    for (const [oldId, old] of this.#threads) {
      if (this.#threads.size <= this.#size) break
      if (this.#held.has(oldId) || old === thread) continue
      old.close()
      this.#threads.delete(oldId)
    }
    return thread
  }

  /** Keeps a thread open while it is on the screen, until the returned function is called. */
  hold(id: string): () => void {
    const thread = this.#threads.get(id)
    if (thread) thread.isShown = true
    this.#held.set(id, (this.#held.get(id) ?? 0) + 1)
    return () => {
      const left = (this.#held.get(id) ?? 1) - 1
      if (left > 0) return void this.#held.set(id, left)
      if (thread) thread.isShown = false
      return void this.#held.delete(id)
    }
  }

  /** An open thread, without opening one. */
  peek(id: string): Thread | undefined {
    return this.#threads.get(id)
  }

  /** Forgets a conversation that is gone, or one whose stream has ended for good. */
  drop(id: string): void {
    this.#threads.get(id)?.close()
    this.#threads.delete(id)
  }

  close(): void {
    for (const thread of this.#threads.values()) thread.close()
    this.#threads.clear()
  }
}
