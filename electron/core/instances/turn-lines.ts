import type { Message } from '../../../shared/domain/message.ts'
import type { ClaudeEvent } from '../claude/claude-event.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import type { TurnRecorder } from './turn-recorder.ts'

type Said = Pick<Extract<ClaudeEvent, { type: 'said' }>, 'text' | 'notice'>
type Deps = {
  conversationId: string
  turnId: string | null
  recorder: Pick<TurnRecorder, 'appendMessage' | 'retract'>
  channel: ConversationChannel
}

/** The lines of one turn that Claude Code said outside of an answer, and the messages that it takes back. */
export class TurnLines {
  readonly #deps: Deps
  readonly #said = new Set<string>()
  /** Stored messages of the turn by their ids in Claude Code's transcript. */
  readonly #stored = new Map<string, Message>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** A message of the turn was stored. */
  stored(message: Message): void {
    if (message.claudeUuid !== undefined) this.#stored.set(message.claudeUuid, message)
  }

  /** Writes a line, then shows it. The same words are said once a turn. */
  async say(said: Said): Promise<void> {
    if (this.#said.has(said.text)) return
    this.#said.add(said.text)
    await writeLine(this.#deps, said)
  }

  /** The text of a result that no message of the turn had. */
  sayResult(text: string): Promise<void> {
    return this.say({ text: text.trim(), notice: { kind: 'result', level: 'info' } })
  }

  /** Marks messages as taken back; resolves to those that were there. */
  async retract(uuids: readonly string[]): Promise<Message[]> {
    const { recorder, channel, conversationId } = this.#deps
    const messages = [...new Set(uuids)].flatMap((uuid) => this.#stored.get(uuid) ?? [])
    for (const message of messages) {
      await recorder.retract(conversationId, message.seq)
      channel.superseded(message.seq, message.seq)
      if (message.claudeUuid !== undefined) this.#stored.delete(message.claudeUuid)
    }
    return messages
  }
}

/** A line of Claude Code's in a conversation: written, then shown. */
export async function writeLine({ conversationId, turnId, recorder, channel }: Deps, { text, notice }: Said): Promise<void> {
  const draft = { role: 'system' as const, blocks: [{ type: 'text' as const, text }], turnId, notice }
  channel.message(await recorder.appendMessage(conversationId, draft, { sync: false }))
}
