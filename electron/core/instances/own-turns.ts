import type { ClaudeEvent } from '../claude/claude-event.ts'
import { newId } from '../storage/id.ts'
import type { CurrentTurn } from './current-turn.ts'
import type { Joins } from './joins.ts'
import type { MessageTask } from './message-task.ts'
import { promptDraft } from './prompt-draft.ts'
import type { PromptQueue } from './prompt-queue.ts'
import type { SessionProcess } from './session-process.ts'
import type { TurnClose } from './turn-close.ts'
import type { TurnDriverOptions } from './turn-driver-options.ts'
import type { TurnFactory } from './turn-factory.ts'
import type { TurnRun } from './turn-run.ts'

export type OwnTurnsDeps = Pick<TurnDriverOptions, 'gate' | 'holder' | 'background' | 'onTurn' | 'onSent' | 'onChange'> & {
  current: CurrentTurn
  turns: TurnFactory
  queue: PromptQueue
  process: SessionProcess
  joins: Joins
  close: TurnClose
  pump: () => void
  tasksChanged: (conversationId: string) => void
}

/** Turns that Claude begins with nothing sent for them. */
export class OwnTurns {
  readonly #deps: OwnTurnsDeps
  /** What follows such a turn; the next one begins after it. */
  #settling: Promise<void> | null = null

  constructor(deps: OwnTurnsDeps) {
    this.#deps = deps
  }

  /** What follows such a turn, while that is not done. */
  get settling(): Promise<void> | null {
    return this.#settling
  }

  /** Claude has begun a turn with a message that came too late for the one before. */
  adopt(item: MessageTask, uuid: string): void {
    const { gate, onTurn, current, turns, queue, joins, close, tasksChanged } = this.#deps
    const before = current.run?.done
    const run = turns.make({ turnId: item.turnId, conversationId: item.conversationId, acceptedAt: item.acceptedAt, after: before })
    current.run = run
    queue.begin(item)
    item.place = gate.enter()
    onTurn(item.conversationId)
    run.take(promptDraft(item, uuid), () => joins.sent(item))
    run.allocated()
    run.started('warm')
    tasksChanged(item.conversationId)
    this.#follow(run, () => {
      item.place?.leave()
      close.settle(item, run)
    })
  }

  /** Claude goes on by itself, for example when a command in the background has ended: a turn without a prompt; null: it does not. */
  begin(event: ClaudeEvent): TurnRun | null {
    const { holder, background, current, turns, gate, process } = this.#deps
    const conversationId = holder.held?.conversationId ?? null
    if (conversationId === null || (event.type !== 'message-start' && event.type !== 'assistant')) return null
    if (event.parentToolUseId !== null) return null
    const { words: cause, line } = background.takeCause()
    const run = turns.make({ turnId: newId('turn'), conversationId, acceptedAt: performance.now(), unprompted: { cause } })
    current.run = run
    const place = gate.enter()
    void process.say(conversationId, run.turn.id, line.text, line.notice).catch(() => {})
    run.allocated()
    run.started('warm')
    this.#follow(run, () => {
      place.leave()
      current.leave(run)
      background.reported()
    })
    return run
  }

  #follow(run: TurnRun, settle: () => void): void {
    const { gate, turns, close, onChange, pump, holder, onSent } = this.#deps
    const watch = turns.watch(run)
    if (holder.held) onSent(run.turn, holder.held.cwd, run.done)
    void run.done.then((turn) => {
      watch.close()
      gate.learn(turn)
      settle()
      this.#settling = close.afterwards(turn).finally(() => (this.#settling = null))
      onChange()
      pump()
    })
  }
}
