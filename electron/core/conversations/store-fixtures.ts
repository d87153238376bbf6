import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { ConversationStore } from './conversation-store.ts'

/** A store on a data folder of its own, for tests: opened before each, taken away after it. */
export class StoreRun {
  readonly folder: string
  store: ConversationStore

  private constructor(folder: string, store: ConversationStore) {
    this.folder = folder
    this.store = store
  }

  static async begin(): Promise<StoreRun> {
    const folder = await mkdtemp(join(tmpdir(), 'bullpen-conv-'))
    return new StoreRun(folder, await openStore(folder))
  }

  /** As after a restart of the app. */
  async reopen(): Promise<ConversationStore> {
    await this.store.close()
    return this.open()
  }

  /** After it was closed, and perhaps something was done to its files. */
  async open(): Promise<ConversationStore> {
    this.store = await openStore(this.folder)
    return this.store
  }

  async end(): Promise<void> {
    await this.store.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** What was said, replaced messages left out. */
  async texts(id: string): Promise<string[]> {
    return (await this.store.messages(id, { limit: 500, superseded: false })).items.map(({ text }) => text)
  }
}

function openStore(folder: string): Promise<ConversationStore> {
  return ConversationStore.open({ folder, onChange: () => {}, log: pino({ level: 'silent' }) })
}

export function said(role: 'user' | 'assistant', text: string, turnId: string | null = null, claudeUuid?: string) {
  return { role, blocks: [{ type: 'text' as const, text }], turnId, ...(claudeUuid ? { claudeUuid } : {}) }
}
