import type { Approval, ApprovalOutcome } from '../../../shared/domain/approval.ts'
import type { ToolResultBlock } from '../../../shared/domain/message.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import { answeredWords, wroteInstead } from './answer-words.ts'
import type { Replies } from './late-replies.ts'
import type { MessageTask } from './message-task.ts'
import { promptDraft } from './prompt-draft.ts'
import type { TurnRecorder } from './turn-recorder.ts'

export type PromptWriterDeps = {
  recorder: TurnRecorder
  channel: (conversationId: string) => ConversationChannel
  onApproval: (approval: Approval, outcome: ApprovalOutcome) => void
  /** These requests of a conversation wait no more. */
  onKept: (conversationId: string) => void
}

/** Writes what begins a turn: a prompt, answers that were given late, or both. */
export class PromptWriter {
  readonly #deps: PromptWriterDeps

  constructor(deps: PromptWriterDeps) {
    this.#deps = deps
  }

  /** Resolves when it is on disk; then it is shown. `uuid`: the entry's in Claude Code's transcript. */
  async write(item: MessageTask, uuid: string): Promise<void> {
    const { recorder } = this.#deps
    await item.storing
    if (item.replies) await this.#replies(item, item.replies, item.answers ? { claudeUuid: uuid } : {})
    if (!item.answers) await this.#say(item.conversationId, promptDraft(item, uuid), { sync: true })
    // The message itself takes the waiting prompt's place: it was sent, whether or not that can be written once more.
    if (item.stored) await recorder.dropTask(item.conversationId, item.taskId, 'sent').catch(() => {})
  }

  /** Answers are the results of the calls that asked. */
  async #replies(
    { conversationId, turnId }: MessageTask,
    { answered, unanswered }: Replies,
    entry: { claudeUuid?: string },
  ): Promise<void> {
    const blocks = [...answered.map(({ result }) => result), ...unanswered.filter(({ lapsed }) => lapsed === undefined).map(notAnswered)]
    if (blocks.length > 0) await this.#say(conversationId, { role: 'tool' as const, blocks, turnId, ...entry }, { sync: true })
    for (const { approval, decision } of answered) {
      const text = answeredWords(approval, decision)
      await this.#say(conversationId, { role: 'system' as const, blocks: [{ type: 'text' as const, text }], turnId }, { sync: false })
    }
    for (const { approval, result } of answered) await this.#tool(approval, result.isError ? 'denied' : 'done')
    for (const approval of unanswered) await this.#withdraw(approval)
    if (unanswered.length > 0) this.#deps.onKept(conversationId)
  }

  async #withdraw(approval: Approval): Promise<void> {
    const { recorder, channel, onApproval } = this.#deps
    await recorder.appendApproval(approval.conversationId, approval, 'withdrawn')
    channel(approval.conversationId).approval(approval, 'withdrawn')
    onApproval(approval, 'withdrawn')
    await this.#tool(approval, 'denied')
  }

  async #tool(
    { conversationId, turnId, toolUseId, tool: name, createdAt: startedAt, kind }: Approval,
    state: 'done' | 'denied',
  ): Promise<void> {
    if (kind === 'elicitation' || kind === 'dialog') return
    const tool = { toolUseId, turnId, name, state, durationMs: null, startedAt }
    await this.#deps.recorder.appendTool(conversationId, tool)
    this.#deps.channel(conversationId).tool(tool)
  }

  async #say(conversationId: string, draft: Parameters<TurnRecorder['appendMessage']>[1], options: { sync: boolean }): Promise<void> {
    const { recorder, channel } = this.#deps
    channel(conversationId).message(await recorder.appendMessage(conversationId, draft, options))
  }
}

function notAnswered({ toolUseId }: Approval): ToolResultBlock {
  return { type: 'tool_result', toolUseId, output: wroteInstead, isError: true }
}
