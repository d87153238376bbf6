import { create } from 'zustand'
import { idSchema } from '../../shared/domain/common.ts'

const type = 'application/x-bullpen-conversation'

/** The conversation that is being dragged; null: none. What is dragged can be read at its drop only. */
export const useDragged = create<{ id: string | null }>(() => ({ id: null }))

/** Lets a conversation be dragged into a pane. */
export function dragConversation(data: DataTransfer, id: string): void {
  data.setData(type, id)
  data.effectAllowed = 'copyMove'
  // Changing the page while the browser takes its picture of what is dragged would end the dragging.
  setTimeout(() => useDragged.setState({ id }))
}

export function endDrag(): void {
  useDragged.setState({ id: null })
}

/** What was dropped; null: something else. */
export function droppedConversation(data: DataTransfer): string | null {
  return idSchema.safeParse(data.getData(type)).data ?? null
}
