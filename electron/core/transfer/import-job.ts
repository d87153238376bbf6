import { rm } from 'node:fs/promises'
import { toAppError } from '../../../shared/app-error.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { sessionsOf } from '../conversations/session-owners.ts'
import { takeNews } from './take-news.ts'
import type { NamedFile } from './import-sources.ts'
import type { SourceFile } from './conversation-source.ts'
import { conversationIdOf } from './stable-id.ts'
import type { StagedFile } from './stage.ts'
import type { TransferRecord } from './transfer-record.ts'
import { startWork } from './transfer-worker.ts'
import type { StagedAbout, WorkerOrder, WorkReport } from './worker-protocol.ts'

export type ImportInput = NamedFile & {
  /** For files that are not published yet, within the data folder. */
  staging: string
  beside?: readonly NamedFile[]
  /** A file from which nothing comes for so many milliseconds is given up. */
  stallMs?: number | undefined
  /** What it says belongs to this conversation, or to a new one where that is null; others are not looked at. */
  session?: { sessionId: string; conversationId: string | null }
}

/** Imports in a thread of its own and publishes each conversation as it is whole; `record` is told how it goes. */
export async function importInto(
  conversations: ConversationStore,
  record: TransferRecord,
  { session, stallMs, ...input }: ImportInput,
): Promise<void> {
  const { sessions, known } = session ? ofSession(conversations, session) : await ofAll(conversations)
  const hear = async (message: WorkReport): Promise<void> => {
    if (!record.running) return
    if (message.type === 'import-progress') record.set(message.progress)
    else if (message.type === 'item') record.item(message.item)
    else if (message.type === 'staged') await publish(conversations, record, message.file, message.about)
  }
  await workFor(record, { kind: 'import', ...input, known, sessions }, hear, stallMs)
  const { taken = 0, duplicates = 0, refused = 0 } = record.value.report ?? {}
  const done = taken + duplicates + refused
  record.set({ done, total: done, bytes: record.value.totalBytes ?? record.value.bytes })
}

type Here = { sessions: (readonly [sessionId: string, conversationId: string])[]; known: SourceFile[] }

async function ofAll(conversations: ConversationStore): Promise<Here> {
  const heads = await conversations.allHeads()
  const sessions = heads.flatMap((head) => sessionsOf(head).map((sessionId) => [sessionId, head.id] as const))
  return { sessions, known: conversations.files() }
}

function ofSession(conversations: ConversationStore, { sessionId, conversationId }: NonNullable<ImportInput['session']>): Here {
  const id = conversationId ?? conversationIdOf(sessionId)
  if (!conversations.has(id)) return { sessions: [], known: [] }
  return { sessions: [[sessionId, id]], known: [conversations.fileOf(id)] }
}

/** Has a thread do the work, until it is done or the record is stopped. */
export async function workFor(
  record: TransferRecord,
  order: WorkerOrder,
  hear: (message: WorkReport) => void | Promise<void>,
  stallMs?: number,
): Promise<void> {
  const { signal } = record.abort
  if (signal.aborted) return
  const work = startWork(order, hear, stallMs)
  const stop = () => void work.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await work.done
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function publish(conversations: ConversationStore, record: TransferRecord, file: StagedFile, about: StagedAbout): Promise<void> {
  const { path, conversation, lastMessageSeq } = file
  const { from, archived, reason, grows } = about
  if (grows !== undefined) return grow(conversations, record, file, { from, id: grows })
  const { id, title, messageCount } = conversation
  try {
    await conversations.adopt(path, conversation, lastMessageSeq)
    if (archived) await conversations.shelf.archive(id)
    record.item({ from, title, outcome: 'taken', reason, conversationId: id }, messageCount)
  } catch (thrown) {
    if (toAppError(thrown).code !== 'STATE_CONFLICT') throw thrown
    record.item({ from, title, outcome: 'duplicate', reason: 'It is here already.', conversationId: id })
  }
}

/** A conversation that is here takes what its source says beyond that. */
async function grow(
  conversations: ConversationStore,
  record: TransferRecord,
  { path, conversation: { title } }: StagedFile,
  { from, id }: { from: string; id: string },
): Promise<void> {
  const taken = await takeNews(conversations, id, path)
  await rm(path, { force: true })
  const item = { from, title, conversationId: id }
  if (taken === null)
    return record.item({
      ...item,
      outcome: 'duplicate',
      reason: 'It is here already. A turn runs in it: import this again after that to take what is new.',
    })
  if (taken.length === 0) return record.item({ ...item, outcome: 'duplicate', reason: 'It is here already, and has gone on since.' })
  const words = taken.length === 1 ? '1 new message was' : `${taken.length} new messages were`
  return record.item({ ...item, outcome: 'taken', reason: `It was here already; ${words} added.` }, taken.length)
}
