import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationEvent, Notice, Provisional } from '../../../shared/domain/event.ts'
import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import { charactersIn } from './characters-in.ts'
import { EventLog, type Identified, type StreamOptions } from './event-log.ts'

/** What a channel reads from elsewhere when it has to tell a reader the present. */
export type ChannelSources = {
  conversation: () => Conversation
  tasks: () => Task[]
  approvals: () => Approval[]
  messageSeq: () => number
}

export type Delta = Omit<Provisional, 'text'> & { text: string }

/** The live side of one conversation: what streams in now, and the history of what happened. */
export class ConversationChannel {
  readonly #sources: ChannelSources
  readonly #log: EventLog<ConversationEvent>
  readonly #provisional = new Map<string, Provisional>()
  readonly #tools = new Map<string, ToolCall>()
  #turn: Turn | null = null

  constructor(sources: ChannelSources) {
    this.#sources = sources
    this.#log = new EventLog<ConversationEvent>({ sync: (seq) => this.#sync(seq), join: joinDeltas, weigh })
  }

  /** True while a turn runs or somebody reads: the channel must not be dropped. */
  get inUse(): boolean {
    return this.#turn !== null || this.#log.readers > 0
  }

  stream(options: StreamOptions): AsyncGenerator<Identified<ConversationEvent>, void, void> {
    return this.#log.stream(options)
  }

  /** The running turn; null is said by publishing a turn with an outcome. */
  turn(turn: Turn): void {
    this.#turn = turn.outcome === null ? turn : null
    if (turn.outcome !== null) {
      this.#provisional.clear()
      this.#tools.clear()
    }
    this.#log.publish((seq) => ({ type: 'turn', seq, turn }))
  }

  delta(delta: Delta): void {
    const key = keyOf(delta.providerId, delta.index)
    const known = this.#provisional.get(key)
    if (known) known.text += delta.text
    else this.#provisional.set(key, { ...delta })
    const { turnId, text, kind, providerId, index, parentToolUseId } = delta
    this.#log.publish((seq) => ({
      type: 'delta',
      seq,
      turnId,
      text,
      kind,
      providerId,
      index,
      ...(parentToolUseId ? { parentToolUseId } : {}),
    }))
  }

  /** Drops the provisional text of a message whose stream began anew; false when there was none. */
  discard(turnId: string, providerId: string): boolean {
    let dropped = false
    for (const [key, part] of this.#provisional) {
      if (part.providerId === providerId) dropped = this.#provisional.delete(key) || dropped
    }
    if (dropped) this.#log.publish((seq) => ({ type: 'discard', seq, turnId, providerId }))
    return dropped
  }

  /** Text that has streamed in and is in no stored message. */
  provisional(): Provisional[] {
    return [...this.#provisional.values()]
  }

  message(message: Message): void {
    if (message.providerId !== undefined) {
      const first = message.providerIndex ?? 0
      for (let index = first; index < first + Math.max(1, message.blocks.length); index += 1) {
        this.#provisional.delete(keyOf(message.providerId, index))
      }
    }
    this.#log.publish((seq) => ({ type: 'message', seq, message }))
  }

  tool(tool: ToolCall): void {
    this.#tools.set(tool.toolUseId, tool)
    this.#log.publish((seq) => ({ type: 'tool', seq, tool }))
  }

  approval(approval: Approval, outcome: ApprovalOutcome, decision?: Decision): void {
    this.#log.publish((seq) => ({ type: 'approval', seq, approval, outcome, ...(decision ? { decision } : {}) }))
  }

  superseded(fromSeq: number, toSeq: number): void {
    this.#log.publish((seq) => ({ type: 'superseded', seq, fromSeq, toSeq }))
  }

  reinstated(fromSeq: number, toSeq: number): void {
    this.#log.publish((seq) => ({ type: 'reinstated', seq, fromSeq, toSeq }))
  }

  tasks(): void {
    const tasks = this.#sources.tasks()
    this.#log.publish((seq) => ({ type: 'tasks', seq, tasks }))
  }

  conversation(conversation: Conversation): void {
    this.#log.publish((seq) => ({ type: 'conversation', seq, conversation }))
  }

  notice(notice: Notice): void {
    this.#log.publish((seq) => ({ type: 'notice', seq, notice }))
  }

  close(): void {
    this.#log.close()
  }

  #sync(seq: number): ConversationEvent {
    return {
      type: 'sync',
      seq,
      conversation: this.#sources.conversation(),
      turn: this.#turn,
      provisional: this.provisional().map((part) => ({ ...part })),
      tools: [...this.#tools.values()],
      approvals: this.#sources.approvals(),
      tasks: this.#sources.tasks(),
      messageSeq: this.#sources.messageSeq(),
    }
  }
}

function keyOf(providerId: string, index: number): string {
  return `${providerId}/${index}`
}

function joinDeltas(earlier: ConversationEvent, later: ConversationEvent): ConversationEvent | null {
  if (earlier.type !== 'delta' || later.type !== 'delta') return null
  const same = earlier.providerId === later.providerId && earlier.index === later.index && earlier.kind === later.kind
  return same ? { ...later, text: earlier.text + later.text } : null
}

function weigh(event: ConversationEvent): number {
  if (event.type === 'delta') return 200 + event.text.length
  if (event.type === 'message') return 500 + charactersIn(event.message.blocks)
  if (event.type === 'approval') return 1_000 + charactersIn(event.approval)
  return 1_000
}
