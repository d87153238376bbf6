import type { Prompt } from '../../../shared/domain/task.ts'
import { client } from '../../connection/connection.ts'
import { forgetLive, livePatchFor } from '../../state/new-conversation.ts'
import { ui } from '../../state/ui-store.ts'
import { errorCode, readable } from '../../words/error-words.ts'
import type { SentFrom } from '../composer/use-submit.ts'

/** Conversations whose first message was sent and not answered, by instance and key: sent again, it goes to the same one, which takes it once. */
const unanswered = new Map<string, string>()

/** Begins a conversation with its first message. Rejects with what the user should read; no conversation is left then. */
export function beginWithMessage(instanceId: string | null, prompt: Prompt, from: SentFrom): Promise<void> {
  const trip = `${instanceId} ${from.key}`
  return readable(begin(instanceId, (id) => client.conversations.send({ id, ...prompt, ...from }), trip))
}

/** Begins a conversation with a command line in its folder. Rejects with what the user should read; no conversation is left then. */
export function beginWithCommand(instanceId: string | null, command: string): Promise<void> {
  return readable(begin(instanceId, (id) => client.shell.run({ id, command })))
}

async function begin(instanceId: string | null, act: (conversationId: string) => Promise<unknown>, trip = ''): Promise<void> {
  const id = unanswered.get(trip) ?? (await client.conversations.create(instanceId === null ? {} : { instanceId })).id
  try {
    const patch = livePatchFor(instanceId)
    if (Object.keys(patch).length > 0) await client.conversations.live({ id, ...patch })
    await act(id)
  } catch (thrown) {
    // Whether a message got through is known once it is sent again; that of a command would be told by its output.
    if (trip !== '' && errorCode(thrown) === null) unanswered.set(trip, id)
    else await client.conversations.remove({ id }).catch(() => undefined)
    throw thrown
  }
  unanswered.delete(trip)
  forgetLive()
  ui.go({ name: 'conversation', id })
}
