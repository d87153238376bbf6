import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { SessionCopies } from './session-opener.ts'

export type SessionFollowerOptions = {
  conversations: ConversationStore
  vault: Pick<SessionCopies, 'ready' | 'saidAt' | 'onChange'>
  /** The conversation that holds a session; null without one. */
  ownerOf: (sessionId: string) => string | null
  /** Never rejects. */
  catchUp: (sessionId: string) => Promise<void>
}

const settleMs = 300
/** Reading a long session again takes a while: at most this part of the time goes into it. */
const share = 0.1

/** Has conversations go on with their sessions: what is said in a session elsewhere, as in a terminal, comes into its conversation. */
export class SessionFollower {
  readonly #options: SessionFollowerOptions
  readonly #waiting = new Set<string>()
  readonly #stop: () => void
  #timer: NodeJS.Timeout | null = null
  #working: Promise<void> | null = null
  #restUntil = 0
  #closed = false

  constructor(options: SessionFollowerOptions) {
    this.#options = options
    this.#stop = options.vault.onChange((sessionIds) => {
      for (const sessionId of sessionIds) if (options.ownerOf(sessionId) !== null) this.#waiting.add(sessionId)
      this.#schedule()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stop()
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    await this.#working
  }

  #schedule(): void {
    if (this.#closed || this.#waiting.size === 0 || this.#timer || this.#working) return
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#working = this.#work().finally(() => {
          this.#working = null
          this.#schedule()
        })
      },
      Math.max(settleMs, this.#restUntil - performance.now()),
    )
  }

  async #work(): Promise<void> {
    await this.#options.vault.ready
    const began = performance.now()
    for (const sessionId of this.#waiting) {
      if (this.#closed) return
      this.#waiting.delete(sessionId)
      if (this.#hasGoneOn(sessionId)) await this.#options.catchUp(sessionId)
    }
    const now = performance.now()
    this.#restUntil = now + (now - began) / share
  }

  /** Something was said in it after all that its conversation knows. */
  #hasGoneOn(sessionId: string): boolean {
    const { conversations, vault, ownerOf } = this.#options
    const [owner, saidAt] = [ownerOf(sessionId), vault.saidAt(sessionId)]
    return owner !== null && saidAt !== null && conversations.has(owner) && saidAt > conversations.get(owner).updatedAt
  }
}
