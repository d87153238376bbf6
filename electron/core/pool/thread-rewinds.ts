import { AppError } from '../../../shared/app-error.ts'
import type { Message, MessageNotice } from '../../../shared/domain/message.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { RewoundRange } from '../conversations/rewound.ts'
import type { Channels } from '../events/channels.ts'
import type { InstanceSet } from './instance-set.ts'

export type ThreadRewindsDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  channels: Channels
  /** Nobody answers any more what is open in a conversation. */
  withdrawOpen: (conversationId: string) => Promise<void>
  /** A conversation that waits for the end of a usage limit does not go on by itself then. */
  dropGoingOn: (conversationId: string) => Promise<void>
}

/** Who works now: in which conversation and folder, and what, in a few words. */
export type AtWork = { conversationId: string | null; instanceName: string; cwd: string; words: string }

type Range = Pick<RewoundRange, 'fromSeq' | 'toSeq'>

/** Threads that go back to before a message, and forward again. */
export class ThreadRewinds {
  readonly #deps: ThreadRewindsDeps

  constructor(deps: ThreadRewindsDeps) {
    this.#deps = deps
  }

  /** Throws CONVERSATION_ARCHIVED, and CONVERSATION_BUSY while something runs or waits in it; `doing` completes the sentence. */
  check(id: string, doing: string): void {
    if (this.#deps.conversations.get(id).state === 'archived')
      throw new AppError('CONVERSATION_ARCHIVED', 'This conversation is archived. Restore it, then try again.')
    this.#deps.instances.notBusy(id, doing)
  }

  /** All that runs now: turns and background work. */
  atWork(): AtWork[] {
    const { instances, conversations } = this.#deps
    return instances.all().flatMap((instance): AtWork[] => {
      const { occupied, working, workingIn, config } = instance
      if (!working && occupied === null) return []
      const id = workingIn ?? occupied?.conversationId ?? null
      const cwd = (id !== null && conversations.has(id) ? conversations.get(id).cwd : null) ?? config.cwd
      return [{ conversationId: id, instanceName: config.name, cwd, words: occupied?.words ?? 'A turn' }]
    })
  }

  /** A message of the user and all that follows it leave the thread. Throws as `check`, NOT_FOUND and BAD_REQUEST. */
  async back(id: string, messageId: string): Promise<Range> {
    await this.#deps.dropGoingOn(id)
    this.check(id, 'rewinding')
    await this.#deps.withdrawOpen(id)
    const range = await this.#deps.conversations.rewind(id, messageId)
    this.#deps.channels.find(id)?.superseded(range.fromSeq, range.toSeq)
    return range
  }

  /** What a rewind took is in the thread again. Throws as `check`, and STATE_CONFLICT once something was said since. */
  async forward(id: string, range: Range): Promise<void> {
    this.check(id, 'undoing the rewind')
    await this.#deps.conversations.undoRewind(id, range)
    this.#deps.channels.find(id)?.reinstated(range.fromSeq, range.toSeq)
  }

  /** A line of ours in the thread. */
  async say(id: string, text: string, notice: MessageNotice): Promise<Message> {
    const draft = { role: 'system' as const, blocks: [{ type: 'text' as const, text }], turnId: null, notice }
    const message = await this.#deps.conversations.appendMessage(id, draft, { sync: true })
    this.#deps.channels.find(id)?.message(message)
    return message
  }

  /** A line of ours counts no more. */
  async unsay(id: string, seq: number): Promise<void> {
    await this.#deps.conversations.retract(id, seq)
    this.#deps.channels.find(id)?.superseded(seq, seq)
  }
}
