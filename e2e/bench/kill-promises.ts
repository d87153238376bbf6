import type { ConversationEvent } from '../../shared/domain/event.ts'
import type { Turn } from '../../shared/domain/turn.ts'

/** One prompt that was handed to the app. */
export type Piece = {
  /** What is to be open in it when the app is killed. */
  kind: string
  /** Ends with a mark of its own, so that it can be told from all others. */
  text: string
  /** Its mark, and the key under which it is handed in again when no answer came. */
  key: string
  /** Null for work of the queue. */
  conversationId: string | null
  /** Null until the app has answered. */
  ids: { taskId: string; turnId: string } | null
}

/** What was promised: prompts that the app took, and whatever a reader saw of them. */
export class Promises {
  pieces: Piece[] = []
  /** Turns that a reader saw end. */
  readonly ended = new Map<string, Turn>()
  /** Turns with a question that a reader saw and nobody has answered, with the tool that it is about. */
  readonly asked = new Map<string, string>()
  /** By conversation: what a reader saw running in the background. */
  readonly background = new Map<string, Set<string>>()
  #accepted = 0
  #endedBefore = 0

  /** So much was promised so far. */
  get count(): string {
    return `${this.#accepted + this.#taken} prompts taken, ${this.#endedBefore + this.ended.size} ends seen`
  }

  /** What a reader of a conversation was told. */
  hear(events: readonly ConversationEvent[]): void {
    for (const event of events) {
      if (event.type === 'turn' && event.turn.outcome !== null) this.#end(event.turn)
      if (event.type !== 'approval' || event.approval.kind === 'dialog') continue
      if (event.outcome === 'waiting') this.asked.set(event.approval.turnId, event.approval.tool)
      else this.asked.delete(event.approval.turnId)
    }
  }

  /** All of it has been checked to its end: nothing of it is held on to. */
  forget(): void {
    this.#accepted += this.#taken
    this.#endedBefore += this.ended.size
    this.pieces = []
    this.ended.clear()
    this.asked.clear()
    this.background.clear()
  }

  get #taken(): number {
    return this.pieces.filter(({ ids }) => ids !== null).length
  }

  #end(turn: Turn): void {
    this.ended.set(turn.id, turn)
    this.asked.delete(turn.id)
  }
}
