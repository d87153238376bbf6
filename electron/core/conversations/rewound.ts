import { AppError } from '../../../shared/app-error.ts'
import type { ConversationFold, MessageRef } from './conversation-fold.ts'
import { replacedFrom } from './message-window.ts'

/** What a rewind takes out of the thread: the places of its messages, and how many of them are shown. */
export type RewoundRange = { fromSeq: number; toSeq: number; messages: number }

/**
 * What leaves the thread when it goes back to before a message of the user, and where Claude's session goes on then. Throws NOT_FOUND and
 * BAD_REQUEST.
 */
export function rewoundFrom(fold: ConversationFold, messageId: string): { range: RewoundRange; rewoundTo: string | null } {
  const { range, previousUuid } = replacedFrom(fold, messageId)
  const messages = fold.messages.filter((ref) => isShown(ref) && ref.seq >= range.fromSeq).length
  return { range: { ...range, messages }, rewoundTo: previousUuid }
}

/** Throws STATE_CONFLICT when something was said since, so that what was said before cannot come back in between. */
export function checkUndo(fold: ConversationFold, { fromSeq, toSeq }: Pick<RewoundRange, 'fromSeq' | 'toSeq'>): void {
  const state = fold.rewindOf({ fromSeq, toSeq })
  if (state === null) throw new AppError('STATE_CONFLICT', 'The messages of this rewind are back already.')
  if (state === 'settled') throw saidSince()
  checkNothingSince(fold, toSeq)
}

/** Throws STATE_CONFLICT when something was said after a place of the thread. */
export function checkNothingSince(fold: ConversationFold, seq: number): void {
  if (fold.messages.some((ref) => isShown(ref) && ref.seq > seq)) throw saidSince()
}

function saidSince(): AppError {
  return new AppError('STATE_CONFLICT', 'Messages were sent since, so the thread can’t go back to how it was.')
}

/** Lines of ours are no part of what is said with Claude. */
function isShown({ role, superseded }: MessageRef): boolean {
  return !superseded && role !== 'system'
}
