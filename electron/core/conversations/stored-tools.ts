import { storedAnswer, type StoredTool } from '../../../shared/domain/stored-tool.ts'
import { readLines } from '../storage/read-lines.ts'
import { breathe } from '../storage/breathe.ts'
import { parseEntry, type Entry } from './entry.ts'

const lineStarts = ['{"type":"tool",', '{"type":"approval",']

/** What entries say of tool calls, taken in their order: the last of each, and the answer to the question about it. */
class StoredTools {
  readonly #tools = new Map<string, StoredTool>()
  readonly #answers = new Map<string, StoredTool['approval']>()

  take(entry: Entry): void {
    if (entry.type === 'tool') this.#tools.set(entry.tool.toolUseId, entry.tool)
    if (entry.type !== 'approval') return
    const { approval, outcome, decision } = entry
    if (outcome === 'waiting') return
    this.#answers.set(approval.toolUseId, storedAnswer(approval, outcome, decision))
  }

  all(): StoredTool[] {
    return [...this.#tools.values()].map((tool) => {
      const approval = this.#answers.get(tool.toolUseId)
      return approval ? { ...tool, approval } : tool
    })
  }
}

/** What the part of a conversation's file from one byte to another, both beginnings of lines, says of tool calls. */
export async function readTools(path: string, { from, to }: { from: number; to: number }): Promise<StoredTool[]> {
  const tools = new StoredTools()
  for await (const lines of readLines(path, { from, to })) {
    for (const { text } of lines) {
      if (text === null || !lineStarts.some((start) => text.startsWith(start))) continue
      const entry = parseEntry(text)
      if (typeof entry === 'object') tools.take(entry)
    }
    await breathe()
  }
  return tools.all()
}
