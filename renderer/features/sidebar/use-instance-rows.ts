import { useCallback, useEffect, useMemo, useRef } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { isUnread, useSeen } from '../../state/seen-store.ts'
import { useSidebar } from '../../state/sidebar-store.ts'
import { inHeldOrder } from './held-order.ts'
import { instanceRows, rankedInstances, type InstanceListRow } from './instance-rows.ts'
import { useHeld } from './use-held.ts'
import { useOpened } from './use-opened.ts'
import { useProjectOf } from './use-projects.ts'

/** The lines of the list of instances, what is pinned, how many conversations of each have news, and who holds their order. */
export function useInstanceRows(): {
  rows: readonly InstanceListRow[]
  pins: ReadonlySet<string>
  unread: ReadonlyMap<string, number>
  handlers: ReturnType<typeof useHeld>['handlers']
} {
  const all = usePool((state) => state.instances)
  const pinned = usePool((state) => state.pins)
  const projectOf = useProjectOf()
  const folded = useSidebar((state) => state.folded)
  const { instanceId: open } = useOpened()
  const pins = useMemo(() => pinned.flatMap(({ kind, id }) => (kind === 'instance' ? [id] : [])), [pinned])
  const inOrder = useMemo(() => rankedInstances(all.values()), [all])
  const latest = useRef(inOrder)
  const { held, handlers } = useHeld(useCallback(() => latest.current.map(({ id }) => id), []))
  const instances = useMemo(() => (held === null ? inOrder : inHeldOrder(inOrder, held)), [inOrder, held])
  useEffect(() => {
    latest.current = instances
  }, [instances])
  const rows = useMemo(() => instanceRows({ instances, pins, projectOf, folded, open }), [instances, pins, projectOf, folded, open])
  return { rows, pins: useMemo(() => new Set(pins), [pins]), unread: useUnread(), handlers }
}

function useUnread(): ReadonlyMap<string, number> {
  const conversations = usePool((state) => state.conversations)
  const seen = useSeen()
  return useMemo(() => {
    const news = new Map<string, number>()
    for (const one of conversations.values()) {
      if (one.instanceId === null || one.state !== 'active' || !isUnread(one, seen)) continue
      news.set(one.instanceId, (news.get(one.instanceId) ?? 0) + 1)
    }
    return news
  }, [conversations, seen])
}
