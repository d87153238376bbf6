import { useMemo } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { isUnread, useSeen } from '../../state/seen-store.ts'
import { needsOf, type Need } from './needs.ts'

/** What waits for the user now. */
export function useNeeds(): Need[] {
  const approvals = usePool((state) => state.approvals)
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const seen = useSeen()
  return useMemo(
    () => needsOf({ approvals, instances, conversations, isNews: (one) => isUnread(one, seen) }),
    [approvals, instances, conversations, seen],
  )
}
