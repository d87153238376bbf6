import { usePool } from '../../state/pool-store.ts'
import { useUi } from '../../state/ui-store.ts'

/** The conversation on the screen, and the instance: that of the conversation, or itself. */
export function useOpened(): { conversationId: string | null; instanceId: string | null } {
  const screen = useUi((state) => state.screen)
  const conversationId = screen.name === 'conversation' || screen.name === 'changes' ? screen.id : null
  const instanceId = usePool(({ conversations }) => {
    if (conversationId !== null) return conversations.get(conversationId)?.instanceId ?? null
    return screen.name === 'instance' ? screen.id : null
  })
  return { conversationId, instanceId }
}
