import { readConversation } from './conversation-turns.ts'
import { RawTable } from './raw-table.ts'
import { rowsOfTurn } from './stored-row.ts'
import type { TurnStore } from './turn-store.ts'

/** Where conversations lie, by their ids. */
export type ConversationFiles = Record<string, { path: string; compressed: boolean }>

/** So many conversations are read for one question; more would take long and be more than a person looks through. */
export const mostConversations = 200

/**
 * Single turns of a time of which only sums are kept, read from the conversations again. The last ones stay in memory, as pages of one
 * question follow each other.
 */
export class OlderTurns {
  #key = ''
  #table: RawTable | null = null

  /** The turns of these conversations that the store does not hold singly. `version`: of the store. */
  async read(store: TurnStore, ids: readonly string[], files: ConversationFiles): Promise<RawTable> {
    const key = `${store.version} ${ids.join(' ')}`
    if (this.#table && this.#key === key) return this.#table
    const table = new RawTable(store.words)
    const held = heldBy(store, ids)
    for (const id of ids) {
      const file = files[id]
      if (!file) continue
      // One that was moved or deleted in this moment has no turns to show.
      const { records } = await readConversation(id, file).catch(() => ({ records: [] }))
      for (const record of records) if (!held.has(record.id)) table.add(rowsOfTurn(record, true))
    }
    this.#table = table
    this.#key = key
    return table
  }
}

/** The turns of some conversations that are held singly. */
function heldBy(store: TurnStore, ids: readonly string[]): Set<string> {
  const codes = new Set(ids.flatMap((id) => store.words.find(id) ?? []))
  const held = new Set<string>()
  const conversations = store.raw.dim('conversation')
  for (let row = 0; row < store.raw.size; row += 1) if (codes.has(conversations[row] ?? 0)) held.add(store.raw.id(row))
  return held
}
