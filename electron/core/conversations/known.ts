import { stat } from 'node:fs/promises'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationFile } from './conversation-file.ts'
import type { Place } from './conversation-folders.ts'
import { ConversationFold } from './conversation-fold.ts'
import type { Summary } from './summary-cache.ts'

/** What is kept in memory of one conversation. */
export type Known = {
  place: Place
  /** On the disk; for an active one only as of its last summary. */
  size: number
  conversation: Conversation
  lastMessageSeq: number
  file: Promise<ConversationFile> | null
  loaded: ConversationFile | null
  /** Settles, never rejects, when the file has moved. */
  moving: Promise<unknown> | null
}

/** A conversation's file; `compressed`: it is gzip, as those in the archive are. */
export type ConversationPlace = { id: string; path: string; compressed: boolean }
/** A deleted conversation, as long as the trash holds it. */
export type Trashed = { conversation: Conversation; deletedAt: string; bytes: number }

export async function summaryOf(known: Known): Promise<Summary | null> {
  const isOpen = () => known.moving !== null || (known.loaded !== null && isBusy(known.place, known.loaded))
  if (isOpen()) return null
  const found = await stat(known.place.path).catch(() => null)
  if (!found || isOpen()) return null
  const lastMessageSeq = known.loaded?.fold.lastMessageSeq ?? known.lastMessageSeq
  return { version: 2, size: found.size, mtimeMs: found.mtimeMs, lastMessageSeq, conversation: headOf(known) }
}

/** Nothing runs in an archived one, even where a damaged file lacks the end of a turn. */
export function isBusy(place: Place, file: ConversationFile): boolean {
  return !place.compressed && file.busy
}

export function unread(id: string, place: Place): Known {
  const { conversation } = new ConversationFold(id)
  return { place, size: 0, conversation, lastMessageSeq: -1, file: null, loaded: null, moving: null }
}

/** Where the file lies says whether it is archived, whatever its entries say. */
export function headOf({ loaded, conversation, place }: Known): Conversation {
  const head = loaded?.fold.conversation ?? conversation
  const state = place.compressed ? 'archived' : 'active'
  return head.state === state ? head : { ...head, state }
}

export function trashedOf(known: Known): Trashed {
  return { conversation: headOf(known), deletedAt: new Date(known.place.deletedAt ?? 0).toISOString(), bytes: bytesOf(known) }
}

export function bytesOf({ loaded, size, place }: Known): number {
  return place.compressed || !loaded ? size : loaded.fold.bytes
}

export function* groupsOf<T>(all: readonly T[], size: number): Generator<T[], void, void> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}
