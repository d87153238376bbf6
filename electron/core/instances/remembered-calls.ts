import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { Approval } from '../../../shared/domain/approval.ts'
import { commandTools } from '../../../shared/domain/rule-words.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'

/** Beyond this the oldest is forgotten, and asked about again. */
const mostInConversation = 1_000
const mostConversations = 200

const fileSchema = z.object({
  version: z.literal(1).default(1),
  /** By conversation, the one that was last added to at the end: a hash of each call, which tells nothing of it. */
  calls: z.record(z.string(), z.array(z.string())).default({}),
})
type Calls = z.infer<typeof fileSchema>['calls']

export type RememberedCall = Pick<Approval, 'conversationId' | 'tool' | 'input' | 'folder' | 'facts'>

/**
 * Calls that the user allowed for the rest of a conversation: each covers the very same call, in the same folder, and nothing else. A call
 * of which nobody knows where it would run, or of which server, is none of them. `remembered.json` in the data folder.
 */
export class RememberedCalls {
  readonly #file: JsonStore<z.infer<typeof fileSchema>> | null
  #calls: Calls

  /** Without a file they are forgotten at the end. */
  constructor(file: JsonStore<z.infer<typeof fileSchema>> | null = null) {
    this.#file = file
    this.#calls = file?.current().calls ?? {}
  }

  static async open({ home, watch }: { home: string; watch: StoreWatch }): Promise<RememberedCalls> {
    const file = await JsonStore.open({
      path: join(home, 'remembered.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'what you had allowed for the rest of a conversation',
      watch,
    })
    return new RememberedCalls(file)
  }

  /** Resolves when it is on disk. */
  async add(call: RememberedCall): Promise<void> {
    const key = keyOf(call)
    if (key === null) return
    const { [call.conversationId]: known = [], ...others } = this.#calls
    const calls = [...known.filter((one) => one !== key), key].slice(-mostInConversation)
    await this.#keep({ ...Object.fromEntries(Object.entries(others).slice(-(mostConversations - 1))), [call.conversationId]: calls })
  }

  async forget(call: RememberedCall): Promise<void> {
    const key = keyOf(call)
    const known = this.#calls[call.conversationId] ?? []
    if (key !== null && known.includes(key)) await this.#keep({ ...this.#calls, [call.conversationId]: known.filter((one) => one !== key) })
  }

  /** The conversation is gone for good. */
  async forgetConversation(conversationId: string): Promise<void> {
    const { [conversationId]: known, ...others } = this.#calls
    if (known !== undefined) await this.#keep(others)
  }

  covers(call: RememberedCall): boolean {
    const key = keyOf(call)
    return key !== null && (this.#calls[call.conversationId]?.includes(key) ?? false)
  }

  async #keep(calls: Calls): Promise<void> {
    await this.#file?.change((file) => ({ ...file, calls }))
    this.#calls = calls
  }
}

/** The same for the very same call, in the same folder, of the same server; null for a call that cannot be told from another one. */
export function keyOf({ tool, input, folder, facts }: RememberedCall): string | null {
  const server = tool.startsWith('mcp__') ? facts.mcpServer?.identity : ''
  if (folder === undefined || server === undefined) return null
  // Words that say what a command is for change nothing of what runs; the model writes other ones each time.
  const { description: _description, ...rest } = input
  const parts = [tool, folder, server, sorted(commandTools.has(tool) ? rest : input)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** The same values in one order, however they were sent. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, entry]): [string, unknown] => [name, sorted(entry)])
  // An object stays one, so that it is never taken for a list of the same pairs.
  return { entries: entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) }
}
