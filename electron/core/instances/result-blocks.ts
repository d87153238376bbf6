import type { ToolResultBlock } from '../../../shared/domain/message.ts'
import type { ToolResult } from '../claude/claude-event.ts'

/** Results of tools as blocks of a message. */
export function resultBlocks(results: readonly ToolResult[]): ToolResultBlock[] {
  return results.map(({ images, data, ...result }) => ({
    type: 'tool_result',
    ...result,
    ...(images.length > 0 ? { images } : {}),
    ...(data === null ? {} : { data }),
  }))
}
