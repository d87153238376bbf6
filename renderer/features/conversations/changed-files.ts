import type { Message, ToolCall } from '../../../shared/domain/message.ts'
import { diffOfTool } from '../../tools/edit-diff.ts'

export type ChangedFile = { path: string; added: number; removed: number; written: boolean }

/**
 * Files that Edit and Write calls changed, latest change last. Calls that failed or were denied changed nothing. Each step compares the texts
 * of one call, which may take some milliseconds; the list is what it ends with.
 */
export function* changedFiles(
  messages: readonly Message[],
  tools: ReadonlyMap<string, ToolCall>,
): Generator<undefined, ChangedFile[], undefined> {
  const succeeded = new Set<string>()
  for (const message of messages) {
    for (const block of message.blocks) if (block.type === 'tool_result' && !block.isError) succeeded.add(block.toolUseId)
  }
  const files = new Map<string, ChangedFile>()
  for (const message of messages) {
    for (const block of message.blocks) {
      if (block.type !== 'tool_use' || !succeeded.has(block.toolUseId) || tools.get(block.toolUseId)?.state === 'denied') continue
      const diff = diffOfTool(block.name, block.input)
      if (!diff) continue
      const before = files.get(diff.path)
      files.delete(diff.path)
      const { path, added, removed, whole } = diff
      files.set(path, {
        path,
        added: added + (before?.added ?? 0),
        removed: removed + (before?.removed ?? 0),
        written: whole || before?.written === true,
      })
      yield
    }
  }
  return [...files.values()]
}
