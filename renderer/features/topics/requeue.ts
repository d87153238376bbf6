import { attempt } from '../../commands/attempt.ts'
import { client } from '../../connection/connection.ts'

/** Has a dead message worked on again; the list says what comes of it. */
export function requeue(topic: string, id: string): void {
  attempt(client.topics.requeue({ name: topic, id }))
}
