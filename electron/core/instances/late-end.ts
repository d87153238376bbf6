import { toAppError } from '../../../shared/app-error.ts'
import type { Approval } from '../../../shared/domain/approval.ts'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { Provisional } from '../../../shared/domain/event.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { isOfDisk } from '../storage/storage-error.ts'
import { partialDrafts } from './partial-drafts.ts'
import type { MessageDraft, TurnRecorder } from './turn-recorder.ts'

type Deps = { conversationId: string; turnId: string; recorder: TurnRecorder; channel: ConversationChannel }
/** How a turn ended that the disk took no more of. */
type End = { turn: Turn; tools: readonly ToolCall[]; asked: readonly Approval[] }

/** What a turn said when the disk took nothing more, and its end: they are written as soon as it takes something again. */
export class LateEnd {
  readonly #deps: Deps
  readonly #missed: MessageDraft[] = []

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Appends a message of the turn. One that cannot be written is not lost: it comes with the end. Throws as the recorder does. */
  async append(draft: MessageDraft): Promise<Message> {
    try {
      return await this.#deps.recorder.appendMessage(this.#deps.conversationId, draft, { sync: false })
    } catch (thrown) {
      this.#missed.push(draft)
      throw thrown
    }
  }

  /** The tools called in messages that are not on the disk: nobody finds them there. */
  unsavedCalls(): string[] {
    return this.#missed.flatMap(({ blocks }) => blocks.flatMap((block) => (block.type === 'tool_use' ? [block.name] : [])))
  }

  /** Writes the end of the turn once that can be done; `cause` is why it cannot now. To be called before the channel hears of the end. */
  write(cause: unknown, end: End): void {
    if (!isOfDisk(toAppError(cause))) return
    const streamed = this.#deps.channel.provisional().filter((part) => !this.#missed.some((draft) => holds(draft, part)))
    this.#whenWritable(this.#steps(end, [...this.#missed, ...partialDrafts(streamed)]))
  }

  #steps({ turn, tools, asked }: End, drafts: readonly MessageDraft[]): (() => Promise<void>)[] {
    const { conversationId, turnId, recorder, channel } = this.#deps
    return [
      ...drafts.map((draft) => async () => channel.message(await recorder.appendMessage(conversationId, draft, { sync: false }))),
      ...tools.map((tool) => () => recorder.appendTool(conversationId, tool)),
      ...asked.map((approval) => () => recorder.appendApproval(conversationId, approval, 'withdrawn')),
      () => recorder.appendTurn(conversationId, turn, { sync: true }),
      () => recorder.settle(conversationId, turnId),
    ]
  }

  #whenWritable(steps: (() => Promise<void>)[]): void {
    this.#deps.recorder.onceWritable(() => void this.#take(steps))
  }

  /**
   * A step that the disk does not take is tried again with those behind it; one that fails for another reason, as where the conversation's
   * own file was deleted, never works.
   */
  async #take(steps: (() => Promise<void>)[]): Promise<void> {
    for (const [index, step] of steps.entries()) {
      try {
        await step()
      } catch (thrown) {
        const error = toAppError(thrown)
        if (isOfDisk(error) && error.code !== 'DATA_FOLDER_MISSING') return this.#whenWritable(steps.slice(index))
      }
    }
    return undefined
  }
}

/** Whether the part that streamed in is in the message. */
function holds({ providerId, providerIndex = 0, blocks }: MessageDraft, part: Provisional): boolean {
  return providerId === part.providerId && part.index >= providerIndex && part.index < providerIndex + blocks.length
}
