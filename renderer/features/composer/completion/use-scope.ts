import { useEffect, useMemo, useState } from 'react'
import type { ModelInfo } from '../../../../shared/domain/claude-info.ts'
import { client } from '../../../connection/connection.ts'
import { listsKey, loadCommandLists, loadSavedPrompts, noLists, useCommandLists, type CommandLists } from '../../../state/command-lists.ts'
import { usePool } from '../../../state/pool-store.ts'

/** Where is written: it decides which commands and files there are. */
export type CompletionScope = { conversationId: string | null; instanceId: string | null; cwd: string | null }

/** The scope of a conversation, as the core says. */
export function useConversationScope(conversationId: string): CompletionScope {
  const conversation = usePool((state) => state.conversations.get(conversationId))
  const instance = usePool((state) => (conversation?.instanceId ? state.instances.get(conversation.instanceId) : undefined))
  const instanceId = instance?.id ?? null
  const cwd = conversation?.cwd ?? instance?.cwd ?? null
  return useMemo(() => ({ conversationId, instanceId, cwd }), [conversationId, instanceId, cwd])
}

/** The commands and sub-agents there; read as soon as somebody may write, so that they are there when they are wanted. */
export function useLists({ instanceId, cwd }: CompletionScope): CommandLists {
  const connection = usePool((state) => state.connection)
  const changes = usePool((state) => (instanceId === null ? 0 : (state.commandChanges.get(instanceId) ?? 0)))
  useEffect(() => {
    if (instanceId !== null && cwd !== null && connection === 'open') void loadCommandLists(instanceId, cwd)
  }, [instanceId, cwd, changes, connection])
  return useCommandLists(({ lists }) => (instanceId === null || cwd === null ? noLists : (lists.get(listsKey(instanceId, cwd)) ?? noLists)))
}

/** The saved prompts; read again each time that a list is opened. */
export function useSavedPrompts(isOpen: boolean) {
  useEffect(() => {
    if (isOpen) void loadSavedPrompts()
  }, [isOpen])
  return useCommandLists(({ prompts }) => prompts)
}

/** The models of an instance, read when they are wanted; those that were listed last while it has no process. */
export function useModels(instanceId: string | null, wanted: boolean): readonly ModelInfo[] {
  const [known, setKnown] = useState<{ instanceId: string; models: readonly ModelInfo[] } | null>(null)
  useEffect(() => {
    if (instanceId === null || !wanted) return undefined
    let gone = false
    client.instances.models({ id: instanceId, start: false }).then(
      ({ items }) => gone || setKnown({ instanceId, models: items }),
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [instanceId, wanted])
  return known?.instanceId === instanceId ? known.models : none
}

const none: readonly ModelInfo[] = []
