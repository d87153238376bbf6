import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationPlace, Trashed } from './conversation-record.ts'
import type { ConversationRegistry } from './conversation-registry.ts'
import type { ConversationWrites } from './conversation-writes.ts'

export type ConversationShelfDeps = {
  registry: ConversationRegistry
  writes: ConversationWrites
  /** Called when one has gone into the trash, or from there for good. */
  onRemove: ((id: string) => void) | undefined
}

/** Conversations that are put away: the archive and the trash. */
export class ConversationShelf {
  readonly #deps: ConversationShelfDeps

  constructor(deps: ConversationShelfDeps) {
    this.#deps = deps
  }

  /** Compresses it into the archive, where it can be read and found but not continued. Throws CONVERSATION_BUSY. */
  async archive(id: string): Promise<Conversation> {
    const { writes, registry } = this.#deps
    return writes.move(id, () => registry.moves.archive(id))
  }

  /** Brings back the same bytes from the archive; it can be continued at once. */
  async restore(id: string): Promise<Conversation> {
    const { writes, registry } = this.#deps
    return writes.move(id, () => registry.moves.restore(id))
  }

  /** Moves it into the trash. Throws CONVERSATION_BUSY. */
  async remove(id: string): Promise<void> {
    const { writes, registry, onRemove } = this.#deps
    await writes.write(() => registry.moves.remove(id, Date.now()))
    onRemove?.(id)
  }

  /** What the trash holds. */
  trashed(): Trashed[] {
    return this.#deps.registry.trashed()
  }

  trashedOne(id: string): Trashed | null {
    return this.#deps.registry.trashedOne(id)
  }

  /** The files of deleted conversations, as long as the trash holds them. */
  trashFiles(): ConversationPlace[] {
    return this.#deps.registry.trashFiles()
  }

  /** Brings it back from the trash to where it was, archive or not. Throws NOT_FOUND. */
  async untrash(id: string): Promise<Conversation> {
    const { writes, registry } = this.#deps
    return writes.move(id, () => registry.moves.untrash(id))
  }

  /** Deletes one that is in the trash for good. Throws NOT_FOUND. */
  async erase(id: string): Promise<void> {
    const { writes, registry, onRemove } = this.#deps
    await writes.write(() => registry.moves.erase(id))
    onRemove?.(id)
  }
}
