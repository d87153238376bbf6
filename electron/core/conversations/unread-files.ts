import type { Message } from '../../../shared/domain/message.ts'
import type { StoredTool } from '../../../shared/domain/stored-tool.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ByteRange, ConversationFile } from './conversation-file.ts'
import type { ConversationRecord } from './conversation-record.ts'
import { Outlines, type OutlinePage, type OutlineRange } from './file-outline.ts'
import { readLatestPage, readLatestTurns } from './latest-page.ts'
import { readTools } from './stored-tools.ts'

export type UnreadFilesOptions = {
  /** Its head is what its file says. Throws NOT_FOUND. */
  find: (id: string) => ConversationRecord
  /** A file, read when it is not in memory. */
  file: (id: string) => Promise<ConversationFile>
}

/** Parts of files that are not in memory, without reading the whole of them first. */
export class UnreadFiles {
  readonly #find: (id: string) => ConversationRecord
  readonly #file: (id: string) => Promise<ConversationFile>
  readonly #outlines = new Outlines()

  constructor({ find, file }: UnreadFilesOptions) {
    this.#find = find
    this.#file = file
  }

  /** The newest messages; null for a file that is in memory, or where that does not work. */
  async latest(id: string, limit: number): Promise<{ items: Message[]; more: boolean; bytes: ByteRange } | null> {
    return this.#isUnread(id) ? readLatestPage(this.#find(id).place.path, limit).catch(() => null) : null
  }

  /** The same for turns. */
  async latestTurns(id: string, limit: number): Promise<Turn[] | null> {
    return this.#isUnread(id) ? readLatestTurns(this.#find(id).place.path, limit).catch(() => null) : null
  }

  /** Any other messages of such a file; null as above. */
  async outlined(id: string, range: OutlineRange): Promise<OutlinePage | null> {
    return this.#isUnread(id) ? this.#outlines.page(this.#find(id).place.path, range) : null
  }

  /** What is stored of the tool calls within these bytes of its file, in memory or not. */
  async tools(id: string, bytes: ByteRange): Promise<StoredTool[]> {
    if (this.#isUnread(id)) return readTools(this.#find(id).place.path, bytes)
    return (await this.#file(id)).tools(bytes)
  }

  #isUnread(id: string): boolean {
    const { file, conversation, place, moving } = this.#find(id)
    return file === null && moving === null && !place.compressed && conversation.damagedEntries === 0
  }
}
