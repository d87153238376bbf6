import type { DroppedMessage } from '../../../shared/domain/task.ts'
import type { DraftPart } from '../../../shared/domain/draft.ts'
import { drafts } from '../../state/drafts.ts'

/** Messages that were dropped before they were sent stand before what is being written again, with all that they held. */
export function putBack(draftKey: string, dropped: readonly DroppedMessage[]): void {
  if (dropped.length === 0) return
  const words = dropped.map(({ text }) => text).filter((text) => text.trim() !== '')
  const parts = dropped.flatMap(partsOf)
  drafts.change(draftKey, (now) => ({
    ...now,
    text: [...words, ...(now.text.trim() === '' ? [] : [now.text])].join('\n\n'),
    parts: [...parts, ...now.parts],
  }))
}

function partsOf({ images = [], attachments = [] }: DroppedMessage): DraftPart[] {
  return [
    ...images.map((image) => ({ type: 'image' as const, ...image, id: crypto.randomUUID(), name: 'Image' })),
    ...attachments.map((attachment) => ({ ...attachment, id: crypto.randomUUID() })),
  ]
}
