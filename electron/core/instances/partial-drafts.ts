import type { Provisional } from '../../../shared/domain/event.ts'
import type { MessageDraft } from './turn-recorder.ts'

/** Text that had streamed in when a turn ended, as messages marked `partial`: one per message of Claude's. */
export function partialDrafts(parts: Provisional[]): MessageDraft[] {
  const byMessage = new Map<string, Provisional[]>()
  for (const part of parts) {
    if (part.text.trim() === '') continue
    byMessage.set(part.providerId, [...(byMessage.get(part.providerId) ?? []), part])
  }
  return [...byMessage.values()].map((group) => draftOf(group.toSorted((a, b) => a.index - b.index)))
}

/** The text of a draft, without its thoughts. */
export function textOf({ blocks }: MessageDraft): string {
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
}

function draftOf(group: Provisional[]): MessageDraft {
  const first = group[0]
  if (!first) throw new RangeError('A partial message needs a part.')
  return {
    role: 'assistant',
    blocks: group.map((part) => ({ type: part.kind, text: part.text })),
    turnId: first.turnId,
    providerId: first.providerId,
    providerIndex: first.index,
    partial: true,
    ...(first.parentToolUseId ? { parentToolUseId: first.parentToolUseId } : {}),
  }
}
