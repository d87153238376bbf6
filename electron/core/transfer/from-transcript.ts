import type { Entry } from '../conversations/entry.ts'
import { noTitle, takeTitle, titleIn } from '../vault/session-title.ts'
import { untitled } from '../vault/session-view.ts'
import type { TranscriptLine } from '../vault/transcript.ts'
import { TranscriptTree } from '../vault/transcript-tree.ts'
import { isSpoken } from '../vault/transcript.ts'
import { agentsByCall, inOrder, type AgentLines } from './agents.ts'
import { conversationIdOf } from './stable-id.ts'
import { TurnWriter, type Put } from './turn-writer.ts'

/** A session's lines in the order of the file, and those of its sub-agents that lie in files of their own. */
export type Transcript = { sessionId: string; lines: readonly TranscriptLine[]; agents: readonly AgentLines[] }

/**
 * A session of Claude Code's as the entries of a conversation of ours: its main line as messages and turns, what an edit took the
 * place of as replaced messages, sub-agents under the call they worked for. The same transcript always gives the same entries.
 * Null when nothing was said in it.
 */
export function entriesOfTranscript({ sessionId, lines, agents }: Transcript): Entry[] | null {
  const tree = new TranscriptTree(lines)
  const chains = chainsOf(tree, agents)
  if (!tree.main.some(isSpoken) && chains.length === 0) return null
  const entries: Entry[] = []
  const put: Put = (entry) => entries.push({ ...entry, seq: entries.length })
  const all = tree.main.length > 0 ? tree.main : chains.flatMap((chain) => chain.lines)
  const firstAt = all.find(({ timestamp }) => timestamp !== null)?.timestamp ?? new Date(0).toISOString()
  const id = conversationIdOf(sessionId)
  const { title, titleIsAutomatic } = titleOf(lines, chains)
  const cwd = [...lines, ...all].find((line) => line.cwd !== null)?.cwd ?? null
  const fixed = { version: 1 as const, instanceId: null, source: null, target: null }
  put({ type: 'conversation', id, ...fixed, title, titleIsAutomatic, cwd, at: firstAt })
  if (cwd !== null) put({ type: 'session', sessionId, cwd, at: firstAt })
  const writer = new TurnWriter({ sessionId, conversationId: id, put, at: firstAt, agents: agentsByCall(lines, chains) })
  if (tree.main.length === 0) writer.note(onlyAgents)
  const branches = Map.groupBy(tree.branches, ({ fromUuid }) => fromUuid)
  // What was once said in the place of something else comes before it; the turn around it goes on after.
  const sayBranches = (fromUuid: string | null): void => {
    const found = branches.get(fromUuid)?.filter((branch) => branch.lines.some(isSpoken))
    if (!found?.length) return
    const around = writer.suspend()
    for (const branch of found.toReversed()) {
      const fromSeq = entries.length
      for (const line of branch.lines) {
        writer.say(line)
        if (line.uuid !== null) sayBranches(line.uuid)
      }
      writer.endTurn()
      const last = entries.findLastIndex(({ type }) => type === 'message')
      if (last >= fromSeq) put({ type: 'supersede', fromSeq, toSeq: last, at: writer.at })
    }
    writer.resume(around)
  }
  sayBranches(null)
  for (const line of tree.main) {
    writer.say(line)
    if (line.uuid !== null) sayBranches(line.uuid)
  }
  writer.sayAgentsLeft()
  writer.endTurn()
  return entries
}

const onlyAgents = 'The session itself is gone. This is what its sub-agents said.'

/** The same in the vault and in the library: what is read line by line there is read here again. */
function titleOf(lines: readonly TranscriptLine[], chains: readonly AgentLines[]): { title: string; titleIsAutomatic: boolean } {
  const words = { ...noTitle }
  for (const line of lines) if (!line.isSidechain) takeTitle(words, line)
  if (lines.length === 0) for (const line of chains[0]?.lines ?? []) takeTitle(words, line)
  const found = titleIn(words)
  return { title: found?.title ?? untitled, titleIsAutomatic: found?.isAutomatic ?? true }
}

/** Older versions write sub-agents into the same file; a file of its own says more. */
function chainsOf(tree: TranscriptTree, agents: readonly AgentLines[]): AgentLines[] {
  const own = new Set(agents.map(({ agentId }) => agentId))
  const inside = [...tree.sidechains].map(([agentId, lines]) => ({ agentId, lines }))
  return inOrder([...agents, ...inside.filter(({ agentId }) => !own.has(agentId))].filter(({ lines }) => lines.some(isSpoken)))
}
