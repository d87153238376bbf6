import type { ClaudeEvent } from '../claude/claude-event.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { writeLine } from './turn-lines.ts'
import type { TurnRecorder } from './turn-recorder.ts'

type Said = Extract<ClaudeEvent, { type: 'said' }>

export type LateLinesDeps = {
  recorder: Pick<TurnRecorder, 'appendMessage' | 'retract' | 'get'>
  channel: (conversationId: string) => ConversationChannel
  onFailure: (thrown: unknown) => void
}

const mostWaiting = 50
const mostTold = 500
/** What is so for as long as nobody changes it, and would be said again by each process of a conversation. */
const standing = new Set(['mcp', 'environment'])

/** Lines that Claude Code says outside of a turn: before the first one, or after one has ended. They join the turn that was last. */
export class LateLines {
  readonly #deps: LateLinesDeps
  /** Said while the process served no conversation yet; the oldest are dropped. */
  #waiting: Said[] = []
  #writing: Promise<void> = Promise.resolve()

  /** Standing lines by conversation, the oldest first. */
  readonly #told = new Set<string>()

  constructor(deps: LateLinesDeps) {
    this.#deps = deps
  }

  wait(said: Said): void {
    this.#waiting = [...this.#waiting, said].slice(-mostWaiting)
  }

  /** What has waited for a conversation, in order; then nothing waits. */
  take(): Said[] {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }

  /** False for a standing line that the conversation has had already. */
  isNew(conversationId: string, { notice, text }: Said): boolean {
    if (!standing.has(notice.kind)) return true
    const key = `${conversationId} ${text}`
    if (this.#told.has(key)) return false
    this.#told.add(key)
    const oldest = this.#told.values().next()
    if (this.#told.size > mostTold && !oldest.done) this.#told.delete(oldest.value)
    return true
  }

  /** Writes the line when `after` has settled, which is the end of a turn under way. */
  write(conversationId: string, said: Said, after: Promise<unknown>): void {
    this.#writing = this.#writing
      .then(() => after)
      .then(() => {
        const { recorder, channel } = this.#deps
        const turnId = recorder.get(conversationId).lastTurn?.id ?? null
        return writeLine({ conversationId, turnId, recorder, channel: channel(conversationId) }, said)
      })
      .catch((thrown: unknown) => this.#deps.onFailure(thrown))
  }
}
