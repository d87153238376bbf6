import { isSpoken, type TranscriptLine } from '../vault/transcript.ts'

/** What one sub-agent said and was told. */
export type AgentLines = { agentId: string; lines: readonly TranscriptLine[] }

/** By when they began: the same order wherever they lie. */
export function inOrder(agents: readonly AgentLines[]): AgentLines[] {
  const at = new Map(agents.map((agent) => [agent, agent.lines.find(({ timestamp }) => timestamp !== null)?.timestamp ?? '~']))
  return agents.toSorted((a, b) => compare(at.get(a) ?? '', at.get(b) ?? '') || compare(a.agentId, b.agentId))
}

/**
 * Sub-agents by the tool call that they worked for, in the session or in another sub-agent: the call whose result names them, else a
 * call that gave them their first words, each call for one. Those whose call is not known go by a name that no call has.
 */
export function agentsByCall(main: readonly TranscriptLine[], agents: readonly AgentLines[]): Map<string, readonly TranscriptLine[]> {
  const sources = [{ agentId: null, lines: main }, ...agents]
  const named = new Map<string, string>()
  for (const { lines } of sources) {
    for (const line of lines) {
      if (line.kind === 'user' && line.answeredBy) named.set(line.answeredBy.agentId, line.answeredBy.toolUseId)
      if (line.kind === 'progress' && !named.has(line.agentId)) named.set(line.agentId, line.toolUseId)
    }
  }
  const byCall = new Map<string, AgentLines>()
  for (const agent of agents) {
    const call = named.get(agent.agentId)
    if (call !== undefined && !byCall.has(call)) byCall.set(call, agent)
  }
  const placed = new Set(byCall.values())
  const calls = callsByPrompt(sources)
  for (const agent of agents) {
    if (placed.has(agent)) continue
    const free = calls.get(promptOf(agent))?.find(({ toolUseId, of }) => !byCall.has(toolUseId) && of !== agent.agentId)
    byCall.set(free?.toolUseId ?? `agent ${agent.agentId}`, agent)
  }
  const keys = new Map([...byCall].map(([key, agent]) => [agent, key]))
  return new Map(agents.map((agent) => [keys.get(agent) ?? `agent ${agent.agentId}`, agent.lines]))
}

type Call = { toolUseId: string; of: string | null }

function callsByPrompt(sources: readonly { agentId: string | null; lines: readonly TranscriptLine[] }[]): Map<string, Call[]> {
  const calls = new Map<string, Call[]>()
  const seen = new Set<string>()
  for (const { agentId, lines } of sources) {
    for (const line of lines) {
      if (line.kind !== 'assistant' || (agentId === null && line.isSidechain)) continue
      for (const block of line.blocks) {
        const given = block.type === 'tool_use' ? block.input['prompt'] : undefined
        if (block.type !== 'tool_use' || typeof given !== 'string' || given.trim() === '' || seen.has(block.toolUseId)) continue
        seen.add(block.toolUseId)
        calls.set(given.trim(), [...(calls.get(given.trim()) ?? []), { toolUseId: block.toolUseId, of: agentId }])
      }
    }
  }
  return calls
}

function promptOf({ lines }: AgentLines): string {
  const first = lines.find((line) => line.kind === 'user' && isSpoken(line))
  return first?.kind === 'user' ? first.text.trim() : ''
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
