import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { GoingOn } from './going-on.ts'
import type { InstanceSet } from './instance-set.ts'

export type HandoverDeps = { conversations: ConversationStore; instances: InstanceSet; goingOn: GoingOn }

/** Conversations that change from one instance to another. */
export class Handover {
  readonly #deps: HandoverDeps

  constructor(deps: HandoverDeps) {
    this.#deps = deps
  }

  /** Gives a conversation to an instance, or to none. Refused while another has work for it. */
  async assign(conversationId: string, instanceId: string | null): Promise<Conversation> {
    const { conversations, instances, goingOn } = this.#deps
    const conversation = conversations.get(conversationId)
    if (conversation.instanceId === instanceId) return conversation
    if (instanceId !== null) instances.get(instanceId)
    const { goesOnAt, lastTurn } = conversation
    await goingOn.drop(conversationId)
    instances.notBusy(conversationId, 'handing it over')
    await instances.find(conversation.instanceId)?.release(conversationId)
    const handed = await conversations.setInstance(conversationId, instanceId)
    // The other one may have another account, and goes on at once then.
    if (goesOnAt !== undefined && lastTurn !== null)
      await instances.find(instanceId)?.goOnLater(conversationId, { turnId: lastTurn.id, at: goesOnAt })
    return handed
  }
}
