import { create } from 'zustand'
import type { AgentInfo, CommandInfo } from '../../shared/domain/claude-info.ts'
import type { SavedPrompt } from '../../shared/domain/saved-prompt.ts'
import { client } from '../connection/connection.ts'

/** The commands and sub-agents of an instance in a folder. `readAt`: when Claude Code named them; null: never yet. */
export type CommandLists = { commands: readonly CommandInfo[]; agents: readonly AgentInfo[]; readAt: string | null }

export const noLists: CommandLists = { commands: [], agents: [], readAt: null }

const mostKept = 20

/** As the core said last, by instance and folder; and the saved prompts. */
export const useCommandLists = create<{ lists: ReadonlyMap<string, CommandLists>; prompts: readonly SavedPrompt[] }>(() => ({
  lists: new Map(),
  prompts: [],
}))

export function listsKey(instanceId: string, cwd: string): string {
  return `${instanceId} ${cwd}`
}

/** Reads them again; what is there stays until then, and where they cannot be read. */
export async function loadCommandLists(instanceId: string, cwd: string): Promise<void> {
  const asked = { id: instanceId, known: true, cwd }
  const [commands, agents] = await Promise.all([client.instances.commands(asked), client.instances.agents(asked)]).catch(() => [])
  if (!commands || !agents) return
  const key = listsKey(instanceId, cwd)
  const fresh: CommandLists = { commands: commands.items, agents: agents.items, readAt: commands.readAt }
  useCommandLists.setState(({ lists }) => {
    const others = [...lists].filter(([other]) => other !== key)
    return { lists: new Map([...others.slice(1 - mostKept), [key, fresh]]) }
  })
}

/** Reads the saved prompts again. */
export async function loadSavedPrompts(): Promise<void> {
  const page = await client.prompts.list().catch(() => null)
  if (page) useCommandLists.setState({ prompts: page.items })
}
