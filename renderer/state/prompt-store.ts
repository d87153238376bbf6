import { create } from 'zustand'
import type { SavedPrompt } from '../../shared/domain/saved-prompt.ts'
import { client } from '../connection/connection.ts'

/** Saved prompts by name; null until they were asked for. */
export const usePrompts = create<{ prompts: readonly SavedPrompt[] | null }>(() => ({ prompts: null }))

/** Reads them from the core. Rejects when it is not reached. */
export async function loadPrompts(): Promise<void> {
  const { items } = await client.prompts.list()
  usePrompts.setState({ prompts: items })
}

/** They have changed: those that were asked for are read again. */
export function promptsChanged(): void {
  if (usePrompts.getState().prompts !== null) loadPrompts().catch(() => undefined)
}
