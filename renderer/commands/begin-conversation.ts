import { chooseInstance } from '../state/new-conversation.ts'
import { usePool } from '../state/pool-store.ts'
import { ui, useUi, type Screen } from '../state/ui-store.ts'

/**
 * Shows where a conversation begins, with the instance that is on the screen, else the one used last. Nothing is made before its first
 * message. Without any instance, one has to be made first.
 */
export function beginConversation(): void {
  newConversation(instanceOn(useUi.getState().screen))
}

/** The same for a certain instance. */
export function newConversation(instanceId: string | null): void {
  const { instances } = usePool.getState()
  if (instances.size === 0) return ui.openDialog({ name: 'create-instance' })
  if (instanceId !== null) chooseInstance(instanceId)
  return ui.go({ name: 'new' })
}

function instanceOn(screen: Screen): string | null {
  if (screen.name === 'instance') return screen.id
  return screen.name === 'conversation' || screen.name === 'changes'
    ? (usePool.getState().conversations.get(screen.id)?.instanceId ?? null)
    : null
}
