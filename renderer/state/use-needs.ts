import { useMemo } from 'react'
import { usePool } from './pool-store.ts'
import { useSeen } from './seen-store.ts'
import { stepNeedsIn, type StepNeed } from './step-needs.ts'
import { needsOf, unlessNew, type Need, type NeedSources } from './needs.ts'

let lastSteps: readonly StepNeed[] = []
let last: { sources: NeedSources; needs: readonly Need[] } | null = null

/** What waits for the user now. Several parts of a page ask; it is looked for once. */
export function useNeeds(): readonly Need[] {
  const approvals = usePool((state) => state.approvals)
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const steps = usePool(({ runs }) => (lastSteps = stepNeedsIn(runs, lastSteps)))
  const seenAt = useSeen((seen) => seen.at)
  return useMemo(
    () => needsIn({ approvals, instances, conversations, steps, seenAt }),
    [approvals, instances, conversations, steps, seenAt],
  )
}

function needsIn(sources: NeedSources): readonly Need[] {
  const { approvals, instances, conversations, steps, seenAt } = sources
  const known = last?.sources
  const isSame =
    known?.approvals === approvals &&
    known.instances === instances &&
    known.conversations === conversations &&
    known.steps === steps &&
    known.seenAt === seenAt
  if (!last || !isSame) last = { sources, needs: unlessNew(last?.needs ?? [], needsOf(sources)) }
  return last.needs
}
