import { create } from 'zustand'
import { ui } from './ui-store.ts'

type OpenMessage = { topic: string | null; id: string | null }

/** The message that is looked at closely, and its topic. */
export const useOpenMessage = create<OpenMessage>(() => ({ topic: null, id: null }))

/** Looks at a message of a topic; null: at none. */
export function lookAt(topic: string, id: string | null): void {
  useOpenMessage.setState({ topic, id })
}

/** Goes to a message, wherever one is. */
export function goToMessage(topic: string, id: string): void {
  lookAt(topic, id)
  ui.go({ name: 'topics', id: topic })
}
