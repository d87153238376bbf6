import type { StoredTool } from '../../shared/domain/stored-tool.ts'

export type Tools = ReadonlyMap<string, StoredTool>

/** The last that was said of a call. How the question about it was answered is said once, and stays. */
export function withTool(tools: Tools, tool: StoredTool): Tools {
  return new Map(tools).set(tool.toolUseId, merged(tools.get(tool.toolUseId), tool))
}

/** What a page of messages brings along. It may be older than what was told meanwhile, so what is known stays, unless it is over there. */
export function withStoredTools(tools: Tools, stored: readonly StoredTool[] = []): Tools {
  if (stored.length === 0) return tools
  const next = new Map(tools)
  for (const tool of stored) {
    const known = next.get(tool.toolUseId)
    const isNews = known === undefined || (isOver(tool) && !isOver(known))
    next.set(tool.toolUseId, isNews ? merged(known, tool) : merged(tool, known))
  }
  return next
}

function merged(before: StoredTool | undefined, tool: StoredTool): StoredTool {
  const approval = tool.approval ?? before?.approval
  return approval ? { ...tool, approval } : tool
}

function isOver({ state }: StoredTool): boolean {
  return state !== 'running' && state !== 'waiting'
}
