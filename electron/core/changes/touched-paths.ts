import path from 'node:path'
import { z } from 'zod'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { breathe } from '../storage/breathe.ts'
import { parseJson } from '../storage/parse-json.ts'
import { readLines } from '../storage/read-lines.ts'

const most = 5_000
const writing = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit'])
const blockSchema = z.object({
  type: z.literal('tool_use'),
  name: z.string(),
  input: z.object({ file_path: z.string().optional(), notebook_path: z.string().optional() }),
})
const lineSchema = z.object({ type: z.literal('message'), message: z.object({ blocks: z.array(z.unknown()) }) })

type Read = { path: string; size: number; found: Set<string> }

/** The files that a conversation's tools were to change, those of its sub-agents too: what was read of its file once is not read again. */
export class TouchedPaths {
  readonly #conversations: ConversationStore
  readonly #read = new Map<string, Read>()

  constructor(conversations: ConversationStore) {
    this.#conversations = conversations
  }

  /** Absolute paths, at most 5,000; `cwd` is where relative ones lie. None of an archived conversation. */
  async of(id: string, cwd: string): Promise<string[]> {
    const place = this.#conversations.fileOf(id)
    if (place.compressed) return []
    const known = this.#read.get(id)
    const read: Read = known?.path === place.path ? known : { path: place.path, size: 0, found: new Set() }
    this.#read.delete(id)
    this.#read.set(id, read)
    for (const oldest of this.#read.keys()) if (this.#read.size > 50) this.#read.delete(oldest)
    for await (const lines of readLines(read.path, { from: read.size, to: Number.POSITIVE_INFINITY })) {
      for (const { text, offset, length } of lines) {
        if (text === null || read.found.size >= most || !text.includes('"tool_use"')) continue
        // A line that is still being written is read the next time.
        if (!take(text, cwd, read.found)) break
        read.size = Math.max(read.size, offset + length)
      }
      await breathe()
    }
    return [...read.found]
  }
}

/** False for a line that is not whole. */
function take(text: string, cwd: string, found: Set<string>): boolean {
  const line = parseJson(text)
  const parsed = lineSchema.safeParse(line)
  if (!parsed.success) return line !== undefined
  for (const block of parsed.data.message.blocks) {
    const use = blockSchema.safeParse(block).data
    const given = use && writing.has(use.name) ? (use.input.file_path ?? use.input.notebook_path) : undefined
    if (given !== undefined && given.length < 4_096 && !given.includes('\0')) found.add(path.resolve(cwd, given))
  }
  return true
}
