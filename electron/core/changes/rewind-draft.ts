import { AppError } from '../../../shared/app-error.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { Rewind, RewindWhat } from '../../../shared/domain/rewind.ts'
import { newId } from '../storage/id.ts'

/** A rewind of which nothing is done yet. */
export function blank(conversationId: string, kind: Rewind['kind'], what: RewindWhat): Rewind {
  return {
    id: newId('rewind'),
    kind,
    conversationId,
    messageId: null,
    what,
    at: new Date().toISOString(),
    dryRun: false,
    folder: null,
    files: [],
    fileCount: 0,
    kept: [],
    keptCount: 0,
    messages: 0,
    prompt: '',
    warnings: [],
    undone: false,
  }
}

/** Throws BAD_REQUEST for one that no turn begins with. */
export function checkMessage({ role, superseded, joinedAs, parentToolUseId }: Message): void {
  const data = { data: { field: 'messageId' } }
  if (role !== 'user' || parentToolUseId !== undefined)
    throw new AppError('BAD_REQUEST', 'Choose one of your own messages to rewind to.', data)
  if (superseded === true) throw new AppError('BAD_REQUEST', 'This message is no longer in the thread. Choose a current one.', data)
  if (joinedAs !== undefined)
    throw new AppError(
      'BAD_REQUEST',
      'This message went into a turn that was running already. Rewind to the message that started it.',
      data,
    )
}
