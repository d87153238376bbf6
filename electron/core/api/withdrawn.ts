import type { DroppedMessage } from '../../../shared/domain/task.ts'
import type { Core } from '../core.ts'

/** Notes of messages that were dropped that they never became turns. */
export function withdrawn(core: Core, dropped: DroppedMessage[]): DroppedMessage[] {
  for (const { taskId } of dropped) core.lookup.withdrawn(taskId)
  return dropped
}
