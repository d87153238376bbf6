import type { Turn } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { TaskQueue } from './task-queue.ts'
import type { QueueTask } from './queue-task.ts'

const callerGone = {
  code: 'CALLER_GONE',
  message: 'Bullpen restarted while someone was waiting for this answer. Press Retry to ask anyway.',
}
const cutOff = { code: 'TURN_LOST', message: 'Bullpen quit during this turn.' }

/**
 * Decides about work that was under way when the app ended: what never became a message waits again, what had an end
 * gets it, and what was cut off is judged like any lost turn. To be called when all turns have an outcome and before
 * waiting prompts are put back. Answers the ids of waiting prompts that belong to the queue.
 */
export async function recoverQueue(queue: TaskQueue, conversations: ConversationStore): Promise<Set<string>> {
  const prompts = new Map(conversations.waitingTasks().map((task) => [task.taskId, task.conversationId]))
  const taken = new Set<string>()
  for (const work of queue.interrupted()) {
    const waitsIn = prompts.get(work.id)
    if (waitsIn !== undefined) {
      taken.add(work.id)
      await conversations.dropTask(waitsIn, work.id, 'withdrawn')
    }
    const turn = waitsIn === undefined ? await turnOf(conversations, work) : undefined
    if (turn) await queue.runner.turnEnded(work, turn.outcome === 'interrupted' ? { ...turn, outcome: 'lost', error: cutOff } : turn)
    else await queue.putBack(work)
  }
  for (const work of queue.orphaned()) await queue.runner.end(work, 'failed', callerGone)
  return taken
}

async function turnOf(conversations: ConversationStore, { record }: QueueTask): Promise<Turn | undefined> {
  const { conversationId, turnId } = record
  if (conversationId === null || !conversations.has(conversationId)) return undefined
  return (await conversations.turns(conversationId, 100)).find((turn) => turn.id === turnId)
}
