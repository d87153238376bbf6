import type { WorkOrigin } from '../../shared/domain/work-origin.ts'
import { goToMessage } from './open-message.ts'
import { screenAt, type Screen } from './screen-address.ts'
import { ui } from './ui-store.ts'

/** Shows the run, or the topic with its message, that work belongs to. */
export function openOrigin(origin: WorkOrigin): void {
  if ('topic' in origin) return goToMessage(origin.topic, origin.messageId)
  const screen = runScreen(origin)
  if (screen) ui.go(screen)
}

/** The run at its step; by itself where the step has no address. */
function runScreen({ runId, stepId }: Extract<WorkOrigin, { runId: string }>): Screen | null {
  return screenAt(`#/run/${runId}/${stepId}`) ?? screenAt(`#/run/${runId}`)
}
