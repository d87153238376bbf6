import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { Task } from '../../../shared/domain/task.ts'
import type { MessageState } from './topic-entry.ts'
import { answerLost, timeUp } from './topic-words.ts'
import type { TurnPort } from './topic-ports.ts'
import type { Delivery } from './delivery.ts'

export type Outcome = { change: Partial<MessageState>; answer: string | null }

/** What an ended task makes of its message. */
export async function outcomeOf(
  { message, ending }: Delivery,
  task: Task,
  { turns: port, timeoutSeconds }: { turns: TurnPort; timeoutSeconds: number },
): Promise<Outcome> {
  const { now } = message
  const { conversationId, instanceId, turnId } = task
  const turnIds = [...new Set([...now.turns, ...(task.attempts > 0 ? [turnId] : [])])]
  const found = conversationId === null ? [] : await port.turns(conversationId, turnIds)
  const costUsd = found.reduce((sum, turn) => sum + (turn.costUsd ?? 0), now.costUsd)
  const known = { conversationId, instanceId, turns: turnIds, attempts: now.attempts + task.attempts, costUsd, nextAttemptAt: null }
  const answer = found.find(({ id }) => id === turnId)?.text ?? null
  if (task.state === 'done' && answer !== null) return { change: { ...known, state: 'done', error: null }, answer }
  const hasEffects =
    task.state === 'done' || (conversationId !== null && turnIds.length > 0 && (await anyEffects(port, conversationId, turnIds)))
  if (task.state === 'cancelled' && ending === 'back' && !hasEffects)
    return { change: { ...known, ...waitsAgain, round: now.round + 1 }, answer: null }
  const error = errorOf(task, ending === 'time' ? timeoutSeconds : null)
  return { change: { ...known, state: 'dead', error, mayBeRepeated: now.mayBeRepeated || hasEffects }, answer: null }
}

/** A message that nobody has. */
export const waitsAgain: Partial<MessageState> = {
  state: 'waiting',
  workerId: null,
  taskId: null,
  turns: [],
  output: null,
  error: null,
  nextAttemptAt: null,
}

async function anyEffects(port: TurnPort, conversationId: string, turnIds: readonly string[]): Promise<boolean> {
  for (const id of turnIds) if (await port.hasEffects(conversationId, id)) return true
  return false
}

function errorOf({ state, error }: Task, timeoutSeconds: number | null): ErrorInfo {
  if (timeoutSeconds !== null) return timeUp(timeoutSeconds)
  if (state === 'done') return answerLost
  return error ?? { code: 'STOPPED', message: 'Its task ended without an answer. Requeue the message to ask again.' }
}
