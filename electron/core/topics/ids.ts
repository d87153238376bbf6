import { createHash } from 'node:crypto'

type Of = { topic: string; messageId: string }

/** The ids of the task that asks for a message: handed in twice under them, it is handed in once. */
export function taskIdsOf({ topic, messageId }: Of, round: number): { id: string; turnId: string } {
  const mark = markOf(['task', topic, messageId, String(round)])
  return { id: `task_${mark}`, turnId: `turn_${mark}` }
}

/** The id of the message that an answer becomes in another topic: put there twice under it, it is there once. */
export function answerIdOf({ topic, messageId }: Of, output: string): string {
  return `tmsg_${markOf(['answer', topic, messageId, output])}`
}

function markOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
