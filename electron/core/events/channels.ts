import type { Approval } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Task } from '../../../shared/domain/task.ts'
import { ConversationChannel } from './conversation-channel.ts'

export type ChannelsSources = {
  conversation: (id: string) => Conversation
  tasks: (id: string) => Task[]
  approvals: (id: string) => Approval[]
  messageSeq: (id: string) => number
}

const maxIdle = 200

/** The live channel of every conversation that is in use; others are made when somebody asks. */
export class Channels {
  readonly #sources: ChannelsSources
  readonly #channels = new Map<string, ConversationChannel>()

  constructor(sources: ChannelsSources) {
    this.#sources = sources
  }

  get(id: string): ConversationChannel {
    const known = this.#channels.get(id)
    if (known) {
      // Moved to the end: the map's order is the order of use.
      this.#channels.delete(id)
      this.#channels.set(id, known)
      return known
    }
    const { conversation, tasks, approvals, messageSeq } = this.#sources
    const channel = new ConversationChannel({
      conversation: () => conversation(id),
      tasks: () => tasks(id),
      approvals: () => approvals(id),
      messageSeq: () => messageSeq(id),
    })
    this.#channels.set(id, channel)
    this.#prune()
    return channel
  }

  find(id: string): ConversationChannel | undefined {
    return this.#channels.get(id)
  }

  drop(id: string): void {
    this.#channels.get(id)?.close()
    this.#channels.delete(id)
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close()
    this.#channels.clear()
  }

  #prune(): void {
    if (this.#channels.size <= maxIdle) return
    for (const [id, channel] of this.#channels) {
      if (channel.inUse) continue
      this.drop(id)
      if (this.#channels.size <= maxIdle) return
    }
  }
}
