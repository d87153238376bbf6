import type { ConversationEvent } from '../../shared/domain/event.ts'
import type { Message } from '../../shared/domain/message.ts'
import type { StoredTool } from '../../shared/domain/stored-tool.ts'
import type { Turn } from '../../shared/domain/turn.ts'

/** Where a thread gets its content from: the calls of the contract that it needs, and nothing else. */
export type ThreadSource = {
  messages(input: {
    id: string
    before?: number
    after?: number
    around?: string
    limit: number
  }): Promise<{ items: Message[]; nextCursor: string | null; newerCursor?: string | null | undefined; tools?: StoredTool[] | undefined }>
  turns(input: { id: string; limit: number }): Promise<{ items: Turn[] }>
  /** Resumes behind `lastEventId`; ends or throws when the connection does. */
  events(input: {
    id: string
    lastEventId: string | undefined
    signal: AbortSignal
  }): AsyncIterable<{ id: string | undefined; event: ConversationEvent }>
  /** What went wrong, for the user to read, and whether asking again makes sense. */
  explain(thrown: unknown): { message: string; final: boolean }
}
