import type { Query } from '@anthropic-ai/claude-agent-sdk'
import type { ClaudeEvent } from './claude-event.ts'
import { line } from './said-lines.ts'
import { settlesWithin } from './wait.ts'

type Server = { name: string; status: string }
type Sources = {
  query: () => Pick<Query, 'mcpServerStatus'> | null
  onEvent: (event: ClaudeEvent) => void
  /** Takes secrets out of what a server says of its failure. */
  mask?: (text: string) => string
}

const askMs = 1_000

/** Says which MCP servers failed or need a sign-in, with the reason: once, and again when that changes. */
export class ServerTroubles {
  readonly #sources: Sources
  #said = ''
  #pending: Promise<void> | null = null

  constructor(sources: Sources) {
    this.#sources = sources
  }

  /** Settles when what was found out last is said; null when nothing is being found out. */
  get pending(): Promise<void> | null {
    return this.#pending
  }

  /** Takes the servers as a turn's begin lists them. */
  check(servers: readonly Server[]): void {
    const troubled = servers.filter(({ status }) => status === 'failed' || status === 'needs-auth')
    const key = JSON.stringify(troubled.map(({ name, status }) => [name, status]))
    if (key === this.#said) return
    this.#said = key
    if (troubled.length === 0) return
    const saying = this.#say(troubled).finally(() => {
      if (this.#pending === saying) this.#pending = null
    })
    this.#pending = saying
  }

  async #say(troubled: readonly Server[]): Promise<void> {
    const reasons = await this.#reasons()
    const failed = troubled.filter(({ status }) => status === 'failed').map(({ name }) => ({ name, reason: reasons.get(name) ?? null }))
    const unsigned = troubled.filter(({ status }) => status === 'needs-auth').map(({ name }) => ({ name }))
    const { onEvent } = this.#sources
    if (failed.length > 0) onEvent({ type: 'said', ...line('mcp', 'warning', failedWords(failed), { failed }) })
    if (unsigned.length > 0) onEvent({ type: 'said', ...line('mcp', 'warning', unsignedWords(unsigned), { needsSignIn: unsigned }) })
  }

  async #reasons(): Promise<Map<string, string>> {
    const reasons = new Map<string, string>()
    const asked = this.#sources
      .query()
      ?.mcpServerStatus()
      .then((servers) => {
        for (const { name, error } of servers) if (error) reasons.set(name, (this.#sources.mask?.(error) ?? error).trim().slice(0, 500))
      })
      .catch(() => undefined)
    if (asked) await settlesWithin(asked, askMs)
    return reasons
  }
}

function failedWords(failed: readonly { name: string; reason: string | null }[]): string {
  const each = failed.map(({ name, reason }) => (reason === null ? name : `${name} (${reason})`))
  return `${failed.length === 1 ? 'MCP server' : 'MCP servers'} failed: ${each.join(', ')}. Claude works without ${failed.length === 1 ? 'it' : 'them'}.`
}

function unsignedWords(unsigned: readonly { name: string }[]): string {
  const names = unsigned.map(({ name }) => name).join(', ')
  const needs = unsigned.length === 1 ? `MCP server ${names} needs` : `MCP servers ${names} need`
  return `${needs} a sign-in. Run claude in a terminal and use /mcp to sign in.`
}
