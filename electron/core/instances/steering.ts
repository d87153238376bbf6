import { toAppError } from '../../../shared/app-error.ts'
import type { ClaudeProcess } from '../claude/claude-process.ts'
import { messageGone } from './instance-errors.ts'
import type { MessageTask } from './message-task.ts'
import type { PromptQueue } from './prompt-queue.ts'
import type { TurnRecorder } from './turn-recorder.ts'
import type { TurnRun } from './turn-run.ts'

export type SteeringDeps = {
  queue: PromptQueue
  recorder: Pick<TurnRecorder, 'editTask'>
  /** The turn that runs, and may have its end on the way to the disk. */
  run: () => TurnRun | null
  process: () => ClaudeProcess | null
  mayWork: () => boolean
  /** Whether Claude has read the prompt, as its transcript says. Never rejects. */
  wasTaken: (item: MessageTask, uuid: string) => Promise<boolean>
  /** Claude has read it in the turn that runs. */
  join: (item: MessageTask, uuid: string, run: TurnRun) => void
  /** Claude has begun a turn with it. */
  adopt: (item: MessageTask, uuid: string) => void
  /** Claude had read it, and then its process ended. */
  late: (item: MessageTask, uuid: string) => Promise<void>
  /** It waits like others again, or goes with the running turn. */
  onChange: (conversationId: string) => void
  onFault: (thrown: unknown) => void
}

/**
 * Messages that go into the running turn. Each is on disk as a waiting one, with its id in Claude Code's transcript, before it is handed
 * to Claude Code, and becomes part of the thread when Claude takes it. What is not taken comes back and waits like the others.
 */
export class Steering {
  readonly #deps: SteeringDeps
  /** Handed to Claude Code and not taken yet, by their ids in its transcript. */
  readonly #sent = new Map<string, MessageTask>()

  constructor(deps: SteeringDeps) {
    this.#deps = deps
  }

  /** How many Claude Code has in its own queue: it begins with them by itself, so nothing else may begin. */
  get pending(): number {
    return this.#sent.size
  }

  /** Hands over what is to go into the running turn, if it can take anything yet. */
  send(): void {
    for (const item of this.#deps.queue.waiting()) {
      if (item.when !== 'now' || item.place !== null || !this.#fits(item)) continue
      this.#deps.queue.steer(item)
      void this.#hand(item).catch((thrown: unknown) => {
        this.#giveBack(item)
        this.#deps.onFault(thrown)
      })
    }
  }

  /** What became of one, as Claude Code says. */
  settle(uuid: string, taken: boolean): void {
    const item = this.#sent.get(uuid)
    if (item === undefined) return
    this.#sent.delete(uuid)
    if (!taken) return this.#giveBack(item)
    const run = this.#deps.run()
    if (run !== null && !run.ended) this.#deps.join(item, uuid, run)
    else this.#deps.adopt(item, uuid)
  }

  /** Takes one back so that it can be changed or dropped. Throws TASK_GONE when Claude has it already. */
  async recall(taskId: string): Promise<void> {
    const item = this.#deps.queue.all().find((one) => one.taskId === taskId && one.steers)
    if (item === undefined) return
    const { claudeUuid: uuid } = item
    // It is only being written that it is on its way.
    if (uuid === null || !this.#sent.has(uuid)) return this.#giveBack(item)
    const isBack = (await this.#deps.process()?.controls.cancelMessage(uuid)) ?? true
    if (!isBack && !item.waiting) throw messageGone()
    this.settle(uuid, false)
  }

  /** The process has gone: what Claude had read joins the turn that has ended, all else waits again. */
  processGone(): void {
    const sent = [...this.#sent]
    this.#sent.clear()
    for (const [uuid, item] of sent) {
      void this.#deps
        .wasTaken(item, uuid)
        .then((taken) => (taken ? this.#deps.late(item, uuid) : this.#giveBack(item)))
        .catch((thrown: unknown) => this.#deps.onFault(thrown))
    }
  }

  #fits({ conversationId }: MessageTask): boolean {
    const { run, process, mayWork } = this.#deps
    const running = run()
    if (running === null || running.ended || running.turn.timing.startedMs === null || process() === null) return false
    return running.turn.conversationId === conversationId && mayWork()
  }

  async #hand(item: MessageTask): Promise<void> {
    const { recorder, process, queue, onChange } = this.#deps
    await item.storing
    // Refused, as the disk did not take it: its sender was told.
    if (!item.stored) return queue.leave(item)
    const isNoted = item.claudeUuid !== null
    const uuid = item.claudeUuid ?? crypto.randomUUID()
    item.claudeUuid = uuid
    if (!isNoted) await recorder.editTask(item.conversationId, item.taskId, { claudeUuid: uuid })
    // Withdrawn, or the turn has ended, while that was written.
    if (!item.steers || item.claudeUuid !== uuid) return
    if (!this.#fits(item)) return this.#giveBack(item)
    this.#sent.set(uuid, item)
    try {
      process()?.send({ uuid, text: item.text, images: item.images, attachments: item.attachments, steers: true })
    } catch (thrown) {
      this.#sent.delete(uuid)
      // The process has just ended, which is told elsewhere.
      if (toAppError(thrown).code !== 'STATE_CONFLICT') throw thrown
      this.#giveBack(item)
    }
    onChange(item.conversationId)
  }

  #giveBack(item: MessageTask): void {
    item.claudeUuid = null
    this.#deps.queue.putBack(item)
    this.#deps.onChange(item.conversationId)
  }
}
