import { AppError } from '../../../shared/app-error.ts'
import type { Attachment } from '../../../shared/domain/attachment.ts'
import type { Image, Message } from '../../../shared/domain/message.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'

/** Tells whether Claude Code's transcript of a session has the entry. */
export type SessionLookup = (sessionId: string, cwd: string, uuid: string) => Promise<boolean>

/** `fork`: the session still holds what an edit took the place of, so it must go on from before that. */
export type Continuation = { text: string; images: Image[]; attachments: Attachment[]; replaces?: { messageId: string; fork: boolean } }

/** What Claude is told to go on with what it has begun. */
export const goOnWords = 'Please continue from where you left off.'

/**
 * How to go on after the last turn of a conversation: with its own prompt, in the place of the one
 * that Claude never had, or with the wish to continue. Refused when the last turn ended well.
 */
export async function continuationOf(conversations: ConversationStore, sessionHas: SessionLookup, id: string): Promise<Continuation> {
  const { lastTurn, sessionId, cwd, rewoundTo } = conversations.get(id)
  const isBack = lastTurn !== null && rewoundTo !== undefined && (await promptOf(conversations, id, lastTurn.id)) === undefined
  if (isBack)
    throw new AppError('STATE_CONFLICT', 'This conversation was rewound, so there is nothing to continue. Send a message instead.')
  if (!lastTurn || lastTurn.outcome === 'done' || lastTurn.outcome === null) {
    throw new AppError('STATE_CONFLICT', 'The last turn finished normally, so there is nothing to continue. Send a message instead.')
  }
  const prompt = await promptOf(conversations, id, lastTurn.id)
  if (!prompt) return { text: goOnWords, images: [], attachments: [] }
  const delivered =
    sessionId !== null && cwd !== null && prompt.claudeUuid !== undefined && (await sessionHas(sessionId, cwd, prompt.claudeUuid))
  if (delivered) return { text: goOnWords, images: [], attachments: [] }
  const images = prompt.blocks.flatMap((block) => (block.type === 'image' ? [{ mediaType: block.mediaType, data: block.data }] : []))
  const attachments = prompt.blocks.flatMap((block) => (block.type === 'document' || block.type === 'shell' ? [block] : []))
  const { items } = await conversations.messages(id, { limit: 500, superseded: true })
  const fork = items.some((message) => message.superseded === true)
  return { text: prompt.text, images, attachments, replaces: { messageId: prompt.id, fork } }
}

/** The message of the user that began a turn; undefined when it was never stored, or was replaced. */
export async function promptOf(conversations: ConversationStore, id: string, turnId: string): Promise<Message | undefined> {
  let before: number | undefined
  for (let page = 0; page < 20; page += 1) {
    const { items, nextCursor } = await conversations.messages(id, {
      limit: 500,
      superseded: false,
      ...(before === undefined ? {} : { before }),
    })
    const found = items.find((message) => message.role === 'user' && message.turnId === turnId)
    if (found || nextCursor === null) return found
    before = Number(nextCursor)
  }
  return undefined
}
