import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { recoverTurns } from './recovery.ts'
import type { InstanceSet } from './instance-set.ts'
import type { Publisher } from './publisher.ts'

export type ArchiveMovesDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  publisher: Publisher
  /** Nobody answers any more what is open in a conversation. */
  withdrawOpen: (conversationId: string) => Promise<void>
  /** What runs and waits in a conversation. */
  tasks: (conversationId: string) => readonly Task[]
  dropGoingOn: (conversationId: string) => Promise<void>
}

/** Moves conversations between the folders they lie in. One that an instance works in is not moved; an idle one lets go of it first. */
export class ArchiveMoves {
  readonly #deps: ArchiveMovesDeps

  constructor(deps: ArchiveMovesDeps) {
    this.#deps = deps
  }

  /** Throws NOT_FOUND and CONVERSATION_BUSY. */
  async archive(id: string): Promise<Conversation> {
    await this.#free(id, 'archiving it')
    return this.#deps.conversations.shelf.archive(id)
  }

  /** From the archive, or from the trash to where it was. It can be continued at once. Throws NOT_FOUND. */
  async restore(id: string): Promise<Conversation> {
    const { conversations } = this.#deps
    if (!conversations.has(id)) return conversations.shelf.untrash(id)
    if (conversations.get(id).state === 'active') return conversations.get(id)
    await conversations.shelf.restore(id)
    // A damaged file may lack the end of a turn, and nobody works on that.
    await recoverTurns(conversations, id)
    return conversations.get(id)
  }

  /** Into the trash. Throws NOT_FOUND and CONVERSATION_BUSY. */
  async remove(id: string): Promise<void> {
    await this.#free(id, 'deleting it')
    await this.#deps.conversations.shelf.remove(id)
    this.#deps.publisher.conversationRemoved(id)
  }

  async #free(id: string, doing: string): Promise<void> {
    const { conversations, instances, dropGoingOn } = this.#deps
    conversations.get(id)
    await dropGoingOn(id)
    instances.notBusy(id, doing)
    if (this.#deps.tasks(id).length > 0) {
      throw new AppError('CONVERSATION_BUSY', `This conversation has tasks in the queue. Cancel them, or let them finish, before ${doing}.`)
    }
    await this.#deps.withdrawOpen(id)
    for (const instance of instances.all()) await instance.release(id)
  }
}
