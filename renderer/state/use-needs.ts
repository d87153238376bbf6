import { useMemo } from 'react'
import { usePool } from './pool-store.ts'
import { useSeen } from './seen-store.ts'
import { needsOf, type Need } from './needs.ts'

/** What waits for the user now. */
export function useNeeds(): Need[] {
  const approvals = usePool((state) => state.approvals)
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const seenAt = useSeen((seen) => seen.at)
  return useMemo(() => needsOf({ approvals, instances, conversations, seenAt }), [approvals, instances, conversations, seenAt])
}
