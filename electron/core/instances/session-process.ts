import { toAppError } from '../../../shared/app-error.ts'
import type { MessageNotice } from '../../../shared/domain/message.ts'
import type { Origin } from '../../../shared/domain/turn.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import { sessionBackWords, sessionGoneWords } from './instance-errors.ts'
import type { MessageTask } from './message-task.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'

export type SessionProcessDeps = Pick<TurnDriverOptions, 'holder' | 'launchConfig' | 'bringBack' | 'recorder' | 'channel' | 'config'>

/** The process that a turn needs, in the session of its conversation. */
export class SessionProcess {
  readonly #deps: SessionProcessDeps

  constructor(deps: SessionProcessDeps) {
    this.#deps = deps
  }

  /** Where Claude Code has lost the session, it is put back or a new one begins, and the conversation says which. */
  async for(task: MessageTask): Promise<Origin> {
    const { conversationId, turnId } = task
    const { holder, recorder } = this.#deps
    const launchConfig = this.#launchConfig(task)
    const forkAt = task.forkAt === undefined ? recorder.get(conversationId).rewoundTo : task.forkAt
    const at = task.replies?.at ?? null
    const config = { ...launchConfig(forkAt), ...(at === null ? {} : { resumeAt: at.entry }) }
    try {
      const origin = await holder.ensure({ conversationId, config, fresh: forkAt === null })
      // While it started, something else may have been chosen.
      await holder.inLine(launchConfig(forkAt))
      return origin
    } catch (thrown) {
      if (toAppError(thrown).code !== 'SESSION_GONE') throw thrown
    }
    const origin = config.resume === undefined ? null : await this.#putBack(task, config.resume)
    if (origin !== null) {
      await this.say(conversationId, turnId, sessionBackWords)
      return origin
    }
    await this.say(conversationId, turnId, sessionGoneWords)
    return holder.ensure({ conversationId, config: launchConfig(null), fresh: true })
  }

  /** What the process of a message is started with; one of its own is for that message alone, as each is of an instance that works so. */
  #launchConfig({ conversationId, own }: MessageTask): (forkAt: string | null | undefined) => LaunchConfig {
    const alone = own ?? (this.#deps.config().way === 'fresh' ? {} : undefined)
    return (forkAt) => ({ ...this.#deps.launchConfig(conversationId, forkAt), ...(alone === undefined ? {} : { own: alone }) })
  }

  /** A line of ours in the conversation. */
  async say(conversationId: string, turnId: string, text: string, notice?: MessageNotice): Promise<void> {
    const draft = { role: 'system' as const, blocks: [{ type: 'text' as const, text }], turnId, ...(notice ? { notice } : {}) }
    this.#deps.channel(conversationId).message(await this.#deps.recorder.appendMessage(conversationId, draft, { sync: false }))
  }

  /** Null when the session cannot be put back, or is not taken for one then either. */
  async #putBack(task: MessageTask, sessionId: string): Promise<Origin | null> {
    const { holder, bringBack } = this.#deps
    if (!(await bringBack(sessionId))) return null
    try {
      return await holder.ensure({ conversationId: task.conversationId, config: this.#launchConfig(task)(task.forkAt) })
    } catch (thrown) {
      if (toAppError(thrown).code !== 'SESSION_GONE') throw thrown
      return null
    }
  }
}
