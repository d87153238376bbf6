import type { ToolCall } from '../../../shared/domain/message.ts'
import type { ClaudeEvent } from '../claude/claude-event.ts'
import { activityOf } from './activity.ts'
import type { LateEnd } from './late-end.ts'
import { OpenMessages } from './open-messages.ts'
import { resultBlocks } from './result-blocks.ts'
import type { ToolLedger } from './tool-ledger.ts'
import type { TurnLines } from './turn-lines.ts'
import type { TurnQuestions } from './turn-questions.ts'
import type { TurnRunOptions } from './turn-run-options.ts'
import type { TurnState } from './turn-state.ts'

type Event<T extends ClaudeEvent['type']> = Extract<ClaudeEvent, { type: T }>
export type TurnMessagesDeps = Pick<TurnRunOptions, 'turnId' | 'conversationId' | 'recorder' | 'channel' | 'onChange'> & {
  state: TurnState
  tools: ToolLedger
  lines: TurnLines
  late: LateEnd
  questions: Pick<TurnQuestions, 'called' | 'resulted'>
}

/** What Claude says and does in one turn: written, then shown. */
export class TurnMessages {
  readonly #deps: TurnMessagesDeps
  readonly #open = new OpenMessages((providerId) => this.#discard(providerId))
  #answering: string | null = null

  constructor(deps: TurnMessagesDeps) {
    this.#deps = deps
  }

  /** What is streaming in, in a word; null: nothing is. */
  get answering(): string | null {
    return this.#answering
  }

  begins({ providerId, parentToolUseId }: Event<'message-start'>): void {
    this.#open.starts(providerId, parentToolUseId ?? '')
  }

  streams({ providerId, index, kind, text, parentToolUseId }: Event<'delta'>): void {
    const { turnId, conversationId, recorder, channel, state, onChange } = this.#deps
    const part = { turnId, providerId, index, kind, text, ...(parentToolUseId ? { parentToolUseId } : {}) }
    recorder.journal(conversationId, part)
    channel.delta(part)
    // Whoever waits for the first word gets it before what is said about it.
    state.firstToken()
    const answering = kind === 'thinking' ? 'Thinking' : 'Answering'
    if (this.#answering === answering) return
    this.#answering = answering
    onChange()
  }

  async says(event: Event<'assistant'>): Promise<void> {
    if (event.error !== null) return
    const { channel, turnId, onChange, state, late, lines } = this.#deps
    state.firstToken()
    const { providerId, blocks, uuid, synthetic, parentToolUseId } = event
    if (!synthetic) this.#open.completes(providerId, parentToolUseId ?? '')
    const model = synthetic ? {} : { model: event.model }
    const providerIndex = this.#open.place(providerId, blocks.length)
    const lane = parentToolUseId ? { parentToolUseId } : {}
    const draft = { role: 'assistant' as const, blocks, turnId, ...model, providerId, providerIndex, claudeUuid: uuid, ...lane }
    const message = await late.append(draft)
    lines.stored(message)
    channel.message(message)
    for (const block of blocks) {
      if (block.type === 'text' && !parentToolUseId) state.change({ text: block.text, ...model })
      await this.#calls(block, parentToolUseId)
    }
    onChange()
  }

  async results({ results, uuid, parentToolUseId }: Event<'tool-results'>): Promise<void> {
    const { channel, turnId, state, late, lines, questions, tools } = this.#deps
    const draft = {
      role: 'tool' as const,
      blocks: resultBlocks(results),
      turnId,
      ...(uuid ? { claudeUuid: uuid } : {}),
      ...(parentToolUseId ? { parentToolUseId } : {}),
    }
    const message = await late.append(draft)
    lines.stored(message)
    channel.message(message)
    for (const { toolUseId, isError } of results) {
      questions.resulted(toolUseId)
      await this.tool(tools.finish(toolUseId, isError))
    }
    state.time({ toolMs: tools.totalMs })
    this.#answering = null
    state.publish()
  }

  /** Claude Code takes messages back, with the calls in them. */
  async retract({ uuids }: Event<'retracted'>): Promise<void> {
    const { lines, tools } = this.#deps
    for (const { blocks } of await lines.retract(uuids)) {
      for (const block of blocks) if (block.type === 'tool_use') await this.tool(tools.retract(block.toolUseId))
    }
  }

  /** Something is known of a call; null: nothing new. */
  async tool(tool: ToolCall | null): Promise<void> {
    if (!tool) return
    await this.#deps.recorder.appendTool(this.#deps.conversationId, tool)
    this.#deps.channel.tool(tool)
  }

  async #calls(block: Event<'assistant'>['blocks'][number], parentToolUseId: string | null): Promise<void> {
    const { questions, tools, turnId } = this.#deps
    if (block.type === 'tool_use') {
      questions.called(block.toolUseId)
      await this.tool(tools.start(block, turnId, parentToolUseId, activityOf(block.name, block.input)))
    }
    // Of a tool that ran at the model's side.
    if (block.type === 'tool_result') await this.tool(tools.finish(block.toolUseId, block.isError))
  }

  #discard(providerId: string): void {
    const { channel, turnId, recorder } = this.#deps
    if (channel.discard(turnId, providerId)) recorder.discardJournal(turnId, providerId)
  }
}
