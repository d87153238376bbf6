import { chooseInstance } from '../state/new-conversation.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import { addInstance, usePool } from '../state/pool-store.ts'
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

/** One who has made an instance wants to write to it. */
export function startWith(instance: Instance): void {
  addInstance(instance)
  newConversation(instance.id)
}

function instanceOn(screen: Screen): string | null {
  if (screen.name === 'instance') return screen.id
  return screen.name === 'conversation' || screen.name === 'changes'
    ? (usePool.getState().conversations.get(screen.id)?.instanceId ?? null)
    : null
}
