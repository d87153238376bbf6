import type { Conversation } from '../../../shared/domain/conversation.ts'

/** Of conversations in their order the first with something said in them. */
export function firstSpoken(ordered: readonly Conversation[], count: number): Conversation[] {
  const found: Conversation[] = []
  for (const one of ordered) {
    if (found.length === count) break
    if (one.messageCount > 0) found.push(one)
  }
  return found
}
