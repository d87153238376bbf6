import type { Message } from '../../../shared/domain/message.ts'
import type { ToolCall } from '../../../shared/domain/message.ts'
import { diffOfTool } from './edit-diff.ts'

export type ChangedFile = { path: string; added: number; removed: number; written: boolean }

/** Files that Edit and Write calls changed, latest change last. Calls that failed or were denied changed nothing. */
export function changedFiles(messages: readonly Message[], tools: ReadonlyMap<string, ToolCall>): ChangedFile[] {
  const succeeded = new Set<string>()
  for (const message of messages) {
    for (const block of message.blocks) if (block.type === 'tool_result' && !block.isError) succeeded.add(block.toolUseId)
  }
  const files = new Map<string, ChangedFile>()
  for (const message of messages) {
    for (const block of message.blocks) {
      if (block.type !== 'tool_use' || !succeeded.has(block.toolUseId) || tools.get(block.toolUseId)?.state === 'denied') continue
      const diff = figuresOf(block.name, block.input)
      if (!diff) continue
      const before = files.get(diff.path)
      files.delete(diff.path)
      files.set(diff.path, { ...diff, added: diff.added + (before?.added ?? 0), removed: diff.removed + (before?.removed ?? 0), written: diff.written || before?.written === true })
    }
  }
  return [...files.values()]
}

/** Inputs never change, and comparing texts is the dear part. */
const remembered = new WeakMap<object, ChangedFile | null>()

function figuresOf(name: string, input: Record<string, unknown>): ChangedFile | null {
  const known = remembered.get(input)
  if (known !== undefined) return known
  const diff = diffOfTool(name, input)
  const figures = diff && { path: diff.path, added: diff.added, removed: diff.removed, written: diff.whole }
  remembered.set(input, figures)
  return figures
}
