import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { DiskWatch } from '../storage/disk-watch.ts'
import type { EntryDraft } from './conversation-file.ts'
import type { ConversationRegistry } from './conversation-registry.ts'

export type ConversationWritesDeps = {
  registry: ConversationRegistry
  /** Is told when something cannot be written. */
  disk: DiskWatch | undefined
  /** Called after every change that a list would show. */
  onChange: (conversation: Conversation) => void
}

/** How conversations are written: what the disk does not take is told, and so is every change. */
export class ConversationWrites {
  readonly #deps: ConversationWritesDeps

  constructor(deps: ConversationWritesDeps) {
    this.#deps = deps
  }

  /** Appends an entry; with `sync` it has reached the disk when this resolves. Throws CONVERSATION_ARCHIVED. */
  async append<D extends EntryDraft>(id: string, draft: D, options: { sync: boolean }): Promise<D & { seq: number; at: string }> {
    const file = await this.#deps.registry.writable(id)
    const entry = await this.write(() => file.append(draft, options))
    this.changed(id)
    return entry
  }

  /** Says something about a conversation, archived or not. */
  async change(id: string, draft: EntryDraft): Promise<Conversation> {
    const { registry } = this.#deps
    if (registry.isArchived(id)) return this.move(id, () => registry.moves.changeArchived(id, draft))
    await this.append(id, draft, { sync: true })
    return registry.head(id)
  }

  /** Has its file moved or made anew. Answers how it is then, and throws what `move` does. */
  async move(id: string, move: () => Promise<void>): Promise<Conversation> {
    await this.write(move)
    this.changed(id)
    return this.#deps.registry.head(id)
  }

  /** Answers and throws what the write does. */
  write<T>(write: () => Promise<T>): Promise<T> {
    return this.#deps.disk?.write(write) ?? write()
  }

  /** Calls `again` once, when what the disk does not take now can be written. */
  onceWritable(again: () => void): void {
    this.#deps.disk?.onceWritable(again)
  }

  changed(id: string): void {
    const { registry, onChange } = this.#deps
    if (registry.has(id)) onChange(registry.head(id))
  }
}
