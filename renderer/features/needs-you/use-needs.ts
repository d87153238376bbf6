import { useMemo, useState } from 'react'
import { usePool } from '../../state/pool-store.ts'
import { needsOf, type Need } from './needs.ts'

const dayMs = 24 * 3_600_000

/** What waits for the user now; turns that did not end well from the day before the page was opened on. */
export function useNeeds(): Need[] {
  const approvals = usePool((state) => state.approvals)
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const [since] = useState(() => Date.now() - dayMs)
  return useMemo(() => needsOf({ approvals, instances, conversations }, since), [approvals, instances, conversations, since])
}
