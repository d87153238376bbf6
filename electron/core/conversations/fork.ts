import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Block, Message } from '../../../shared/domain/message.ts'
import { newId } from '../storage/id.ts'
import type { ConversationFile } from './conversation-file.ts'
import type { MessageRef } from './conversation-fold.ts'
import type { Entry } from './entry.ts'

/** A session of Claude Code and the folder it is found from. */
type SessionPlace = { sessionId: string; cwd: string }

/** Where a fork leaves its parent. */
type ForkPoint = {
  messageId: string
  /** The last message that goes along. */
  endSeq: number
  /** The last thing of it that Claude's transcript has; null when there is nothing. */
  uuid: string | null
}

export type ForkInput = {
  messageId?: string | undefined
  title?: string | undefined
  instanceId?: string | undefined
  origin?: Conversation['origin']
}
/** Tells whether Claude Code's transcript of a session has the entry. */
export type SessionHas = (sessionId: string, cwd: string, uuid: string) => Promise<boolean>

const pageSize = 200

/**
 * What a new conversation begins with that goes on from a message, or from the last one: its head, and the lines of its file, which
 * read the parent's as they are asked for. Throws what `forkPointOf` throws.
 */
export async function planFork({
  file,
  parent,
  all,
  input,
  sessionHas,
}: {
  file: ConversationFile
  parent: Conversation
  /** All conversations there are: the title is to be none of theirs. */
  all: readonly Conversation[]
  input: ForkInput
  sessionHas: SessionHas
}): Promise<{ head: ForkHead; lines: AsyncGenerator<string, void, void> }> {
  const point = await forkPointOf(file, input.messageId)
  const session = await sessionOf(file.fold.sessions, point.uuid, sessionHas)
  const head = {
    id: newId('conv'),
    title: input.title ?? forkTitle(parent.title, all),
    titleIsAutomatic: false,
    instanceId: input.instanceId ?? parent.instanceId,
    source: null,
    target: null,
    cwd: session?.cwd ?? parent.cwd,
    forkedFrom: { conversationId: parent.id, messageId: point.messageId },
    ...(input.origin ? { origin: input.origin } : {}),
  }
  return { head, lines: forkLines(file, point, head, session) }
}

/**
 * The place behind a message, or behind the last one. A call of a tool goes along with its result: Claude cannot go on
 * between the two. Throws NOT_FOUND, BAD_REQUEST for a message that is no place to go on from, and CONVERSATION_BUSY for a
 * tool that still runs.
 */
async function forkPointOf(file: ConversationFile, messageId: string | undefined): Promise<ForkPoint> {
  const refs = file.fold.messages.filter((ref) => !ref.superseded)
  const ref = messageId === undefined ? refs.at(-1) : file.fold.messages.find(({ id }) => id === messageId)
  if (!ref) {
    if (messageId === undefined) throw new AppError('STATE_CONFLICT', 'This conversation has no messages yet. Send one, then fork it.')
    throw new AppError('NOT_FOUND', 'This message is no longer in this conversation. Reload the conversation.')
  }
  if (ref.superseded) {
    throw new AppError('BAD_REQUEST', 'This message was replaced by a later one. Choose a current one.', {
      data: { field: 'messageId' },
    })
  }
  const end = await endOf(file, ref)
  const uuid = refs.findLast(({ seq, uuid: own }) => seq <= end && own !== null)?.uuid ?? null
  return { messageId: ref.id, endSeq: end, uuid }
}

/** The `seq` of the message, or of the last result of the tools that it and what comes between ask for. */
async function endOf(file: ConversationFile, ref: MessageRef): Promise<number> {
  if (ref.role !== 'assistant') return ref.seq
  const open = new Set<string>()
  let end = ref.seq
  let after = ref.seq - 1
  for (;;) {
    const { items, more } = await file.page({ after, limit: pageSize, superseded: false })
    for (const message of items) {
      if (open.size === 0 && message.seq > ref.seq) return end
      // The tool was given up: the turn was stopped, and Claude Code itself closes it.
      if (message.role === 'user' && message.parentToolUseId === undefined && message.seq > ref.seq) return ref.seq
      for (const block of message.blocks) settle(open, block, message)
      end = message.seq
    }
    if (open.size === 0) return end
    if (more) {
      after = items.at(-1)?.seq ?? end
      continue
    }
    if (ref.turnId === null || !file.fold.openTurns.has(ref.turnId)) return ref.seq
    throw new AppError(
      'CONVERSATION_BUSY',
      'A tool in this message is still running. Wait for its result, or fork from an earlier message.',
    )
  }
}

function settle(open: Set<string>, block: Block, { parentToolUseId }: Message): void {
  if (parentToolUseId !== undefined) return
  if (block.type === 'tool_use') open.add(block.toolUseId)
  else if (block.type === 'tool_result') open.delete(block.toolUseId)
}

type ForkHead = Omit<Extract<Entry, { type: 'conversation' }>, 'seq' | 'at' | 'type' | 'version'>

/**
 * The lines of a fork's file: its head, the session that it goes on from, and copies of the messages. The copies belong to
 * no turn, so they are no new spending, and have ids of their own.
 */
async function* forkLines(
  file: ConversationFile,
  { endSeq, uuid }: ForkPoint,
  head: ForkHead,
  session: SessionPlace | null,
): AsyncGenerator<string, void, void> {
  const at = new Date().toISOString()
  let seq = 0
  // In the order in which entries are appended, so that readers who look at the ends of lines alone know them.
  const line = (entry: Entry) => `${JSON.stringify(entry)}\n`
  yield line({ type: 'conversation', version: 1, ...head, seq: seq++, at })
  // What was chosen in the parent holds in what goes on from it.
  const { permissionMode, model, effort, fastMode } = file.fold.conversation
  if (permissionMode !== undefined) yield line({ type: 'mode', permissionMode, seq: seq++, at })
  if (model !== undefined) yield line({ type: 'model', model, seq: seq++, at })
  if (effort !== undefined) yield line({ type: 'effort', effort, seq: seq++, at })
  if (fastMode !== undefined) yield line({ type: 'fast-mode', fastMode, seq: seq++, at })
  let after = -1
  for (;;) {
    const { items, more } = await file.page({ after, limit: pageSize, superseded: false })
    for (const message of items) {
      if (message.seq > endSeq) break
      const { seq: _seq, createdAt, superseded: _superseded, ...rest } = message
      yield line({ type: 'message', message: { ...rest, id: newId('msg'), turnId: null }, seq: seq++, at: createdAt })
    }
    after = items.at(-1)?.seq ?? endSeq
    if (!more || after >= endSeq) break
  }
  if (session !== null && uuid !== null) yield line({ type: 'session', ...session, forkAt: uuid, seq: seq++, at })
  else yield line({ type: 'message', message: nothingKnown(), seq: seq++, at })
}

function nothingKnown(): Extract<Entry, { type: 'message' }>['message'] {
  const text = 'Claude Code has no record of the messages above, so Claude doesn’t know them. Repeat what matters in your next message.'
  return { id: newId('msg'), role: 'system', text, blocks: [{ type: 'text', text }], turnId: null }
}

/** The newest session that has the entry; where none has it any more the newest, which may be put back. */
async function sessionOf(sessions: readonly SessionPlace[], uuid: string | null, has: SessionHas): Promise<SessionPlace | null> {
  if (uuid === null) return null
  for (const session of sessions.toReversed()) if (await has(session.sessionId, session.cwd, uuid)) return session
  return sessions.at(-1) ?? null
}

/** `Title (fork)`, `Title (fork 2)` and so on. */
function forkTitle(title: string, all: readonly { title: string }[]): string {
  const base = title.replace(/ \(fork(?: \d+)?\)$/, '').slice(0, 180)
  const taken = new Set(all.map((one) => one.title))
  for (let number = 1; ; number += 1) {
    const candidate = `${base} (fork${number === 1 ? '' : ` ${number}`})`
    if (!taken.has(candidate)) return candidate
  }
}
