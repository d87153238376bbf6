import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { checkFolder } from './folder-check.ts'
import type { InstanceSet } from './instance-set.ts'

export type FolderMovesDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  /** Copies a session to where Claude Code finds it from a folder; answers the copy's id, null when there is no such session. */
  copySession: (sessionId: string, cwd: string, upTo?: string) => Promise<string | null>
  /** Puts a session back that Claude Code has lost; false when that cannot be done. */
  bringBack: (sessionId: string) => Promise<boolean>
}

/** Gives a conversation another folder to work in; what was said is still known there. */
export class FolderMoves {
  readonly #deps: FolderMovesDeps

  constructor(deps: FolderMovesDeps) {
    this.#deps = deps
  }

  /** Throws what is wrong with the folder, NOT_FOUND, CONVERSATION_BUSY, SESSION_GONE, and STATE_CONFLICT before its first turn. */
  async move(id: string, folder: string): Promise<Conversation> {
    const { conversations, instances } = this.#deps
    const cwd = await checkFolder(folder)
    const { sessionId, cwd: before, forkAt, rewoundTo = forkAt } = conversations.get(id)
    if (cwd === before) return conversations.get(id)
    if (sessionId === null || rewoundTo === null) {
      const message = 'This conversation has no session yet and starts in the folder of its instance. Choose another instance for it.'
      throw new AppError('STATE_CONFLICT', message, { data: { field: 'cwd' } })
    }
    instances.notBusy(id, 'choosing another folder')
    for (const instance of instances.all()) await instance.release(id)
    return conversations.setSession(id, { sessionId: await this.#copied(sessionId, cwd, rewoundTo), cwd })
  }

  async #copied(sessionId: string, cwd: string, upTo: string | undefined): Promise<string> {
    const { copySession, bringBack } = this.#deps
    const copy = await copySession(sessionId, cwd, upTo)
    if (copy !== null) return copy
    const again = (await bringBack(sessionId)) ? await copySession(sessionId, cwd, upTo) : null
    if (again !== null) return again
    throw new AppError('SESSION_GONE', 'Claude Code no longer has the session of this conversation. Send a message to start a new one.')
  }
}
