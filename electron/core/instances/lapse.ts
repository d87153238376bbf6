import type { Approval } from '../../../shared/domain/approval.ts'
import type { BackgroundLanesDeps } from './background-lanes.ts'
import { keptRecords } from './keep-open.ts'

type LapseDeps = Pick<BackgroundLanesDeps, 'recorder'> & Partial<Pick<BackgroundLanesDeps, 'channel' | 'onApproval' | 'onKept'>>

/**
 * A sub-agent in the background has ended with its process: what it asked stays, says so, and can only be dismissed. Where that cannot be
 * written it is withdrawn on the screen.
 */
export async function lapse({ recorder, channel, onApproval, onKept }: LapseDeps, asked: Approval): Promise<void> {
  const { conversationId } = asked
  try {
    for (const { approval, outcome } of keptRecords([asked], [])) {
      await recorder.appendApproval(conversationId, approval, outcome)
      channel?.(conversationId).approval(approval, outcome)
      onApproval?.(approval, outcome)
    }
  } catch (thrown) {
    onApproval?.(asked, 'withdrawn')
    throw thrown
  }
  onKept?.(conversationId)
}
