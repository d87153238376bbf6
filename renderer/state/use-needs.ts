import { useMemo } from 'react'
import { usePool } from './pool-store.ts'
import { useSeen } from './seen-store.ts'
import { needsOf, unlessNew, type Need, type NeedSources } from './needs.ts'

let last: { sources: NeedSources; needs: readonly Need[] } | null = null

/** What waits for the user now. Several parts of a page ask; it is looked for once. */
export function useNeeds(): readonly Need[] {
  const approvals = usePool((state) => state.approvals)
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const seenAt = useSeen((seen) => seen.at)
  return useMemo(() => needsIn({ approvals, instances, conversations, seenAt }), [approvals, instances, conversations, seenAt])
}

function needsIn(sources: NeedSources): readonly Need[] {
  const { approvals, instances, conversations, seenAt } = sources
  const known = last?.sources
  const isSame =
    known?.approvals === approvals && known.instances === instances && known.conversations === conversations && known.seenAt === seenAt
  if (!last || !isSame) last = { sources, needs: unlessNew(last?.needs ?? [], needsOf(sources)) }
  return last.needs
}
