import type { HookCallback } from '@anthropic-ai/claude-agent-sdk'

/** Calls that were announced and are not asked about; of more the oldest are forgotten. */
const mostAnnounced = 200

/**
 * Where each call would run. A command can move Claude Code's shell to another folder, and neither the request for a permission nor what
 * the process was started with says so: what Claude Code tells before each call does.
 */
export class CallFolders {
  readonly #folders = new Map<string, string>()

  /** To be called before every call of a tool. Decides nothing, changes nothing. */
  readonly announce: HookCallback = async (input, toolUseId) => {
    const id = input.hook_event_name === 'PreToolUse' ? input.tool_use_id : toolUseId
    if (id === undefined) return {}
    this.#folders.set(id, input.cwd)
    const [oldest] = this.#folders.keys()
    if (this.#folders.size > mostAnnounced && oldest !== undefined) this.#folders.delete(oldest)
    return {}
  }

  /** The folder of a call that is asked about now; null when Claude Code did not say it. */
  take(toolUseId: string): string | null {
    const folder = this.#folders.get(toolUseId) ?? null
    this.#folders.delete(toolUseId)
    return folder
  }
}
