import { z } from 'zod'
import { imageSchema, type Image } from '../../shared/domain/message.ts'

/** What is written but not sent. */
export type Draft = { text: string; images: readonly DraftImage[] }
export type DraftImage = Image & { name: string; bytes: number }

const prefix = 'draft:'
const storedSchema = z.object({
  text: z.string(),
  images: z.array(imageSchema.extend({ name: z.string(), bytes: z.number() })).default([]),
})
export const emptyDraft: Draft = { text: '', images: [] }

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

/**
 * Drafts by conversation, in memory and in the tab's own storage so that they survive a reload. Where
 * images do not fit into that storage the text alone is kept there.
 */
export class Drafts {
  readonly #storage: Storage | null
  readonly #drafts = new Map<string, Draft>()

  constructor(storage: Storage | null) {
    this.#storage = storage
  }

  get(conversationId: string): Draft {
    const known = this.#drafts.get(conversationId)
    if (known) return known
    const draft = this.#read(conversationId)
    this.#drafts.set(conversationId, draft)
    return draft
  }

  set(conversationId: string, draft: Draft): void {
    this.#drafts.set(conversationId, draft)
    const key = prefix + conversationId
    try {
      if (draft.text === '' && draft.images.length === 0) this.#storage?.removeItem(key)
      else this.#write(key, draft)
    } catch {
      // A storage that is full or forbidden costs the draft at a reload, and nothing else.
    }
  }

  #write(key: string, draft: Draft): void {
    try {
      this.#storage?.setItem(key, JSON.stringify(draft))
    } catch {
      this.#storage?.setItem(key, JSON.stringify({ text: draft.text }))
    }
  }

  #read(conversationId: string): Draft {
    try {
      const stored = this.#storage?.getItem(prefix + conversationId)
      return stored ? storedSchema.parse(JSON.parse(stored)) : emptyDraft
    } catch {
      return emptyDraft
    }
  }
}

/** The page's own. */
export const drafts = new Drafts(pageStorage())

function pageStorage(): Storage | null {
  try {
    return globalThis.sessionStorage ?? null
  } catch {
    return null
  }
}
