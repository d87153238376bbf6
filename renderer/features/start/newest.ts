import type { Conversation } from '../../../shared/domain/conversation.ts'

/** Of conversations in their order the first that people began and said something in. */
export function firstSpoken(ordered: readonly Conversation[], count: number): Conversation[] {
  const found: Conversation[] = []
  for (const one of ordered) {
    if (found.length === count) break
    if (one.messageCount > 0 && one.origin === undefined) found.push(one)
  }
  return found
}
