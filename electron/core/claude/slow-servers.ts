import type { Query } from '@anthropic-ai/claude-agent-sdk'
import type { ClaudeEvent } from './claude-event.ts'

/** Long enough for servers that are well, short enough to be told before one wonders. */
const patienceMs = 1_500

/**
 * Claude Code waits up to half a minute for MCP servers that do not answer, before the first turn and without a word.
 * This names them. Call `answered` when the first turn has begun; the watch also ends with `close`.
 */
export class SlowServers {
  readonly #query: () => Pick<Query, 'mcpServerStatus'> | null
  readonly #onEvent: (event: ClaudeEvent) => void
  #timer: NodeJS.Timeout | undefined
  #answered = false

  constructor(query: () => Pick<Query, 'mcpServerStatus'> | null, onEvent: (event: ClaudeEvent) => void) {
    this.#query = query
    this.#onEvent = onEvent
  }

  /** A prompt was sent. */
  prompted(): void {
    if (this.#answered || this.#timer) return
    this.#timer = setTimeout(() => void this.#name(), patienceMs)
  }

  answered(): void {
    this.#answered = true
    clearTimeout(this.#timer)
  }

  close(): void {
    this.answered()
  }

  async #name(): Promise<void> {
    const servers =
      (await this.#query()
        ?.mcpServerStatus()
        .catch(() => [])) ?? []
    const names = servers.filter(({ status }) => status === 'pending').map(({ name }) => name)
    if (this.#answered || names.length === 0) return
    const which = names.length === 1 ? `The MCP server ${names[0]} does` : `The MCP servers ${names.join(', ')} do`
    const message = `${which} not answer. Claude waits up to 30 s before starting without it. Wait, or fix or remove it in the instance's settings.`
    this.#onEvent({ type: 'notice', level: 'warning', code: 'MCP_SLOW', message })
  }
}
