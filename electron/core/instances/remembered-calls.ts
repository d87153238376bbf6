import type { Approval } from '../../../shared/domain/approval.ts'

/** Beyond this the oldest is forgotten, and asked about again. */
const mostRemembered = 1_000
/** These take words that say what a command is for and change nothing of what runs; the model writes other ones each time. */
const commandTools = new Set(['Bash', 'PowerShell'])

export type RememberedCall = Pick<Approval, 'conversationId' | 'tool' | 'input' | 'folder'>

/**
 * Calls that the user allowed for the rest of a conversation: each covers the very same call, in the same folder, and nothing else. A call
 * of which nobody knows where it would run is none of them.
 */
export class RememberedCalls {
  readonly #byConversation = new Map<string, Set<string>>()

  add(call: RememberedCall): void {
    if (call.folder === undefined) return
    const calls = this.#byConversation.get(call.conversationId) ?? new Set<string>()
    calls.add(keyOf(call))
    const [oldest] = calls
    if (calls.size > mostRemembered && oldest !== undefined) calls.delete(oldest)
    this.#byConversation.set(call.conversationId, calls)
  }

  covers(call: RememberedCall): boolean {
    if (call.folder === undefined) return false
    return this.#byConversation.get(call.conversationId)?.has(keyOf(call)) ?? false
  }
}

/** The same for the very same call, in the same folder. */
export function keyOf({ tool, input, folder }: RememberedCall): string {
  const { description: _description, ...rest } = input
  return JSON.stringify([tool, folder, sorted(commandTools.has(tool) ? rest : input)])
}

/** The same values in one order, however they were sent. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, entry]): [string, unknown] => [name, sorted(entry)])
  // An object stays one, so that it is never taken for a list of the same pairs.
  return { entries: entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) }
}
