import { useCallback, useEffect, useMemo, useRef } from 'react'
import { connection } from '../../connection/connection.ts'
import { attempt } from '../../commands/attempt.ts'
import { newestFirst } from '../../state/conversation-order.ts'
import { loadOlderConversations } from '../../state/pool-feed.ts'
import { addConversation, usePool } from '../../state/pool-store.ts'
import { setShownOrder, useSidebar } from '../../state/sidebar-store.ts'
import { conversationRows, idsIn, ranked, type ConversationListRow } from './conversation-rows.ts'
import { inHeldOrder } from './held-order.ts'
import { useHeld } from './use-held.ts'
import { useOpened } from './use-opened.ts'
import { useProjectOf } from './use-projects.ts'

/** The lines of the list of conversations, how many conversations there are, and who holds their order. */
export function useConversationRows(filter: string): {
  rows: readonly ConversationListRow[]
  count: number
  asking: ReadonlySet<string>
  handlers: ReturnType<typeof useHeld>['handlers']
} {
  const all = usePool((state) => state.conversations)
  const approvals = usePool((state) => state.approvals)
  const pins = usePinnedConversations()
  const projectOf = useProjectOf()
  const { byProject, folded, expanded } = useSidebar()
  const { conversationId: open } = useOpened()
  const asking = useMemo(() => new Set([...approvals.values()].map(({ conversationId }) => conversationId)), [approvals])
  const inOrder = useMemo(() => ranked(newestFirst(all), asking), [all, asking])
  const latest = useRef(inOrder)
  const { held, handlers } = useHeld(useCallback(() => latest.current.map(({ id }) => id), []))
  const conversations = useMemo(() => (held === null ? inOrder : inHeldOrder(inOrder, held)), [inOrder, held])
  const names = useNames()
  const rows = useMemo(
    () =>
      conversationRows({
        conversations,
        asking,
        pins,
        projectOf: (one) => {
          const folder = one.cwd ?? (one.instanceId === null ? undefined : names.get(one.instanceId)?.cwd)
          return folder === undefined ? null : projectOf(folder)
        },
        byProject,
        folded,
        expanded,
        open,
        filter,
        instanceName: ({ instanceId }) => (instanceId === null ? null : (names.get(instanceId)?.name ?? null)),
      }),
    [conversations, asking, pins, projectOf, byProject, folded, expanded, open, filter, names],
  )
  useEffect(() => {
    latest.current = conversations
    setShownOrder(() => idsIn(rows))
  }, [conversations, rows])
  return { rows, count: conversations.length, asking, handlers }
}

/** Names and folders of the instances; the same map until one of these changes, however much the instances do. */
function useNames(): ReadonlyMap<string, { name: string; cwd: string }> {
  const told = usePool(({ instances }) => [...instances.values()].map(({ id, name, cwd }) => [id, name, cwd].join('\0')).join('\n'))
  return useMemo(() => {
    const { instances } = usePool.getState()
    return told === '' ? new Map() : new Map([...instances.values()].map(({ id, name, cwd }) => [id, { name, cwd }]))
  }, [told])
}

/** Pinned conversations may be older than those that the list has; these are asked for by themselves. */
function usePinnedConversations(): readonly string[] {
  const pins = usePool((state) => state.pins)
  const ids = useMemo(() => pins.flatMap(({ kind, id }) => (kind === 'conversation' ? [id] : [])), [pins])
  const missing = usePool(({ conversations, loaded }) => (loaded ? ids.filter((id) => !conversations.has(id)).join(' ') : ''))
  useEffect(() => {
    for (const id of missing.split(' ').filter(Boolean)) attempt(connection.client.conversations.get({ id }).then(addConversation))
  }, [missing])
  return ids
}

/** Titles are looked for in all conversations, so all are fetched, page after page. */
export function useOlderWhile(wanted: boolean): void {
  const cursor = usePool((state) => state.olderConversations)
  useEffect(() => {
    if (wanted && cursor !== null) attempt(loadOlderConversations(connection))
  }, [wanted, cursor])
}
