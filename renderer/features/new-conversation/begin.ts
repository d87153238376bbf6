import { client } from '../../connection/connection.ts'
import { forgetLive, useNewConversation } from '../../state/new-conversation.ts'
import { ui } from '../../state/ui-store.ts'
import { readable } from '../../words/error-words.ts'

/**
 * Makes the conversation, has it work with what was chosen, and begins it, as with its first message. Rejects with what the user should read; no
 * conversation is left then.
 */
export async function begin(instanceId: string | null, act: (conversationId: string) => Promise<unknown>): Promise<void> {
  const { model, effort, fastMode, permissionMode } = useNewConversation.getState()
  const patch = {
    ...(model ? { model } : {}),
    ...(effort ? { effort } : {}),
    ...(fastMode ? { fastMode } : {}),
    ...(permissionMode ? { permissionMode } : {}),
  }
  const { id } = await readable(client.conversations.create(instanceId === null ? {} : { instanceId }))
  try {
    if (Object.keys(patch).length > 0) await readable(client.conversations.live({ id, ...patch }))
    await readable(act(id))
  } catch (thrown) {
    await client.conversations.remove({ id }).catch(() => undefined)
    throw thrown
  }
  forgetLive()
  ui.go({ name: 'conversation', id })
}
