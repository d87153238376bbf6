import { client } from '../connection/connection.ts'
import { errorWords } from '../words/error-words.ts'
import { usePool } from '../state/pool-store.ts'
import { toast } from '../state/toasts.ts'
import { ui, useUi, type Screen } from '../state/ui-store.ts'

/**
 * Begins a conversation with the instance that is on the screen, else with the only one; with several, an instance is
 * picked when the first message is sent. Without any, one has to be made first.
 */
export function beginConversation(): void {
  const { instances } = usePool.getState()
  if (instances.size === 0) return ui.openDialog({ name: 'create-instance' })
  const [only] = instances.size === 1 ? instances.keys() : []
  const instanceId = instanceOn(useUi.getState().screen) ?? only
  client.conversations.create(instanceId === undefined ? {} : { instanceId }).then(
    ({ id }) => ui.go({ name: 'conversation', id }),
    (thrown: unknown) => toast(errorWords(thrown), 'error'),
  )
  return undefined
}

function instanceOn(screen: Screen): string | undefined {
  if (screen.name === 'instance') return screen.id
  return screen.name === 'conversation' ? (usePool.getState().conversations.get(screen.id)?.instanceId ?? undefined) : undefined
}
