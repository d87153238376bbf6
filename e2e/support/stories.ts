import type { Conversation } from '../../shared/domain/conversation.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import type { App } from './app.ts'

let counter = 0

/** An instance that is ready, with a conversation of its own. */
export async function readyInstance(
  app: App,
  config: Record<string, unknown> = {},
): Promise<{ instance: Instance; conversation: Conversation }> {
  counter += 1
  const created = await app.api.spawn({ name: `Instance ${counter}`, cwd: app.folders.work, ...config })
  const instance = await app.api.instanceWhen(created.id, `${created.name} to be idle`, (one) => one.state === 'idle')
  const conversation = await app.api.createConversation({ instanceId: instance.id })
  return { instance, conversation }
}
