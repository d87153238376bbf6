import { stat } from 'node:fs/promises'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationFile } from './conversation-file.ts'
import type { Place } from './conversation-folders.ts'
import { ConversationFold } from './conversation-fold.ts'
import { sessionsOf } from './session-owners.ts'
import type { Brief, Summary, SummaryIndex } from './summary-cache.ts'

/** What is kept in memory of one conversation. */
export class ConversationRecord {
  readonly id: string
  place: Place
  file: Promise<ConversationFile> | null = null
  loaded: ConversationFile | null = null
  /** Settles, never rejects, when the file has moved. */
  moving: Promise<unknown> | null = null
  /** Its head is what the file says, as far as this run of the app knows. */
  checked = false
  #conversation: Conversation | null = null
  #index: SummaryIndex | null = null
  #row = 0
  #brief: Brief | null = null
  #stamp: Stamp | null = null
  #size: number | null = null
  #lastMessageSeq: number | null = null

  constructor(id: string, place: Place) {
    this.id = id
    this.place = place
  }

  /** The summaries tell of it in this row. */
  tellBy(index: SummaryIndex, row: number): void {
    this.#index = index
    this.#row = row
  }

  /** Whether the summaries tell of it. */
  get isTold(): boolean {
    return this.#index !== null
  }

  /** The sessions that it holds or held, before its head is read. */
  get toldSessions(): readonly string[] {
    return this.#index?.sessionsOf(this.#row) ?? []
  }

  /** What is known of it before its head is read. */
  get brief(): Brief | null {
    return this.#brief ?? this.#index?.brief(this.#row) ?? null
  }

  set brief(brief: Brief | null) {
    this.#brief = brief
    this.#index = null
  }

  /** On the disk; for an active one only as of its last summary. */
  get size(): number {
    return this.#size ?? this.brief?.size ?? 0
  }

  set size(size: number) {
    this.#size = size
  }

  get lastMessageSeq(): number {
    return this.#lastMessageSeq ?? this.brief?.lastMessageSeq ?? -1
  }

  set lastMessageSeq(seq: number) {
    this.#lastMessageSeq = seq
  }

  /** Its file when it was last looked at; whoever changes it says so to the list of what was touched. */
  get stamp(): Stamp | null {
    return this.#stamp ?? this.brief
  }

  set stamp(stamp: Stamp) {
    this.#stamp = stamp
  }

  /** Keeps what its brief says and lets go of it: its head is read. */
  settle(): void {
    const { size, lastMessageSeq, stamp } = this
    this.#size = size
    this.#lastMessageSeq = lastMessageSeq
    this.#stamp = stamp && { size: stamp.size, mtimeMs: stamp.mtimeMs }
    this.brief = null
  }

  /** Whether its head is in memory. */
  get isRead(): boolean {
    return this.#conversation !== null
  }

  /** Its head as of when it was last read; an empty one before that. */
  get conversation(): Conversation {
    return this.#conversation ?? new ConversationFold(this.id).conversation
  }

  set conversation(conversation: Conversation) {
    this.#conversation = conversation
  }

  /** When it changed last; before its head is read as its summary, or the end of its file, says. */
  get updatedAt(): string {
    const head = this.loaded?.fold.conversation ?? this.#conversation
    return head?.updatedAt ?? this.#index?.updatedAt(this.#row) ?? this.#brief?.updatedAt ?? never
  }
}

type Stamp = { size: number; mtimeMs: number }

const never = new Date(0).toISOString()

/** What can be told of a conversation without its head. */
export type Glance = { id: string; state: 'active' | 'archived'; instanceId: string | null }
/** A conversation's file; `compressed`: it is gzip, as those in the archive are. */
export type ConversationPlace = { id: string; path: string; compressed: boolean }
/** A deleted conversation, as long as the trash holds it. */
export type Trashed = { conversation: Conversation; deletedAt: string; bytes: number }

/** Null for one in which something waits or runs. `touched`: its file may have changed since it was looked at. */
export async function summaryOf(record: ConversationRecord, touched: boolean): Promise<Summary | null> {
  const isOpen = () => record.moving !== null || (record.loaded !== null && isBusy(record.place, record.loaded))
  if (isOpen()) return null
  let stamp = touched ? null : record.stamp
  if (!stamp) {
    const found = await stat(record.place.path).catch(() => null)
    if (!found || isOpen()) return null
    stamp = { size: found.size, mtimeMs: found.mtimeMs }
    record.stamp = stamp
  }
  const lastMessageSeq = record.loaded?.fold.lastMessageSeq ?? record.lastMessageSeq
  return { ...stamp, lastMessageSeq, conversation: headOf(record) }
}

/** Nothing runs in an archived one, even where a damaged file lacks the end of a turn. */
export function isBusy(place: Place, file: ConversationFile): boolean {
  return !place.compressed && file.busy
}

/** Where the file lies says whether it is archived, whatever its entries say. */
export function headOf({ loaded, conversation, place }: ConversationRecord): Conversation {
  const head = loaded?.fold.conversation ?? conversation
  const state = place.compressed ? 'archived' : 'active'
  return head.state === state ? head : { ...head, state }
}

export function glanceOf(record: ConversationRecord): Glance {
  const { id, place, loaded, isRead, brief } = record
  const instanceId = loaded || isRead ? headOf(record).instanceId : (brief?.instanceId ?? null)
  return { id, state: place.compressed ? 'archived' : 'active', instanceId }
}

/** The sessions that it holds or held, as far as that is known. */
export function heldSessions(record: ConversationRecord): readonly string[] {
  return record.loaded || record.isRead ? sessionsOf(headOf(record)) : record.toldSessions
}

export function trashedOf(record: ConversationRecord): Trashed {
  return { conversation: headOf(record), deletedAt: new Date(record.place.deletedAt ?? 0).toISOString(), bytes: bytesOf(record) }
}

export function bytesOf({ loaded, size, place }: Pick<ConversationRecord, 'loaded' | 'size' | 'place'>): number {
  return place.compressed || !loaded ? size : loaded.fold.bytes
}

export function* groupsOf<T>(all: readonly T[], size: number): Generator<T[], void, void> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}
