import { AppError, toAppError } from '../../../shared/app-error.ts'
import { isOfInstance, messageGone } from './instance-errors.ts'
import { LateReplies } from './late-replies.ts'
import type { MessageTask } from './message-task.ts'
import type { PromptQueue } from './prompt-queue.ts'
import { PromptWriter } from './prompt-writer.ts'
import type { SessionProcess } from './session-process.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import type { GoesOn } from './turn-recorder.ts'
import type { TurnRun } from './turn-run.ts'

type Options = Pick<
  TurnDriverOptions,
  | 'recorder'
  | 'channel'
  | 'sessionHas'
  | 'continuation'
  | 'holder'
  | 'background'
  | 'desk'
  | 'launchConfig'
  | 'onApproval'
  | 'onKept'
  | 'onLastingFailure'
  | 'onSent'
>
export type SendingDeps = Options & {
  queue: PromptQueue
  process: SessionProcess
  tasksChanged: (conversationId: string) => void
}

/** A prompt on its way to Claude, from when it was let in. */
export class Sending {
  readonly #deps: SendingDeps
  readonly #writer: PromptWriter
  readonly #replies: LateReplies

  constructor(deps: SendingDeps) {
    this.#deps = deps
    this.#writer = new PromptWriter(deps)
    this.#replies = new LateReplies(deps)
  }

  /** Whether anything has to be found out before it begins. */
  mustPrepare(item: MessageTask): boolean {
    return item.goesOn !== null || this.#mayTakeAlong(item)
  }

  /** Finds out what it says, and what it takes along; false when there is nothing to send any more, which its sender is told. */
  async prepare(item: MessageTask): Promise<boolean> {
    if (item.goesOn !== null && !(await this.#knowsHowToGoOn(item, item.goesOn))) return false
    return !this.#mayTakeAlong(item) || this.#findReplies(item)
  }

  /** Writes it; false when that cannot be done: its sender is told, and keeps the text. */
  async write(item: MessageTask, uuid: string): Promise<boolean> {
    try {
      await this.#writer.write(item, uuid)
      return true
    } catch (thrown) {
      item.place?.giveBack()
      this.#deps.queue.giveBack(item, toAppError(thrown))
      return false
    }
  }

  /** Hands it to Claude, in a process that is started where there is none. The turn ends where that cannot be done. */
  async send(item: MessageTask, run: TurnRun, uuid: string): Promise<void> {
    try {
      await this.#hand(item, run, uuid)
    } catch (thrown) {
      await this.#couldNotStart(run, toAppError(thrown))
    }
  }

  async #hand(item: MessageTask, run: TurnRun, uuid: string): Promise<void> {
    const { holder, background, desk, process } = this.#deps
    if (!run.ended) run.allocated()
    if (!run.ended) run.started(await process.for(item))
    item.place?.started()
    const { conversationId, prompt, images, attachments, replies } = item
    const text = background.withNote(conversationId, prompt)
    for (const { approval, decision } of replies?.answered ?? []) desk.answeredLate(approval, decision, run.turn.id)
    const results = replies?.at?.results ?? []
    if (run.ended || holder.held === null) return
    holder.held.process.send({ uuid, text, images: [...(replies?.images ?? []), ...images], attachments, results })
    this.#deps.onSent(run.turn, holder.held.cwd, run.done)
  }

  async #couldNotStart(run: TurnRun, error: AppError): Promise<void> {
    const { launchConfig, onLastingFailure } = this.#deps
    const { resume } = launchConfig(run.turn.conversationId)
    if (!run.ended && isOfInstance(error, resume !== undefined)) onLastingFailure(error.toInfo())
    await run.finish(error.code === 'STATE_CONFLICT' ? 'interrupted' : 'failed', error.toInfo())
  }

  #mayTakeAlong({ conversationId, answers }: MessageTask): boolean {
    return answers || this.#deps.recorder.openApprovals(conversationId).length > 0
  }

  /** False when an answer has gone with a message already: there is nothing to send any more. */
  async #findReplies(item: MessageTask): Promise<boolean> {
    const { conversationId, answers, text } = item
    item.replies = await this.#replies.for(conversationId, answers ? '' : text)
    if (!answers || (item.replies !== null && item.replies.answered.length > 0)) return true
    return this.#drop(item, 'sent', new AppError('TASK_GONE', 'This answer was sent along with a message.'))
  }

  /** Finds out what a message says that goes on after a usage limit; false when there is nothing left to go on with. */
  async #knowsHowToGoOn(item: MessageTask, { turnId }: GoesOn): Promise<boolean> {
    await item.storing
    const found = await this.#deps.continuation(item.conversationId, turnId)
    if (found === null) return this.#drop(item, 'withdrawn', messageGone())
    item.fill(found)
    return true
  }

  async #drop(item: MessageTask, reason: 'sent' | 'withdrawn', error: AppError): Promise<false> {
    const { recorder, queue, tasksChanged } = this.#deps
    const { conversationId, taskId } = item
    item.place?.giveBack()
    if (item.stored) await recorder.dropTask(conversationId, taskId, reason).catch(() => {})
    queue.giveBack(item, error)
    tasksChanged(conversationId)
    return false
  }
}
