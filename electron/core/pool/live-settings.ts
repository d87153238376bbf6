import type { LivePatch, LiveSettings } from '../../../shared/domain/live.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { refuseArchived } from './dispatch.ts'
import type { InstanceSet } from './instance-set.ts'

export type LiveDeps = { conversations: ConversationStore; instances: InstanceSet }

/** What conversations work with: model, effort, speed and permission mode, changed while their processes run. */
export class PoolLive {
  readonly #deps: LiveDeps

  constructor(deps: LiveDeps) {
    this.#deps = deps
  }

  /** What a conversation works with. Throws NOT_FOUND. */
  async get(id: string): Promise<LiveSettings> {
    const { instances, conversations } = this.#deps
    const conversation = conversations.get(id)
    const instance = instances.find(conversation.instanceId)
    if (instance) return instance.live.settings(id)
    const { model = null, effort = null, fastMode = null, permissionMode = null } = conversation
    return { model, effort, fastMode, permissionMode, applied: false }
  }

  /** Changes it; see `LiveChanges`. Without an instance it is kept until there is one. Throws CONVERSATION_ARCHIVED. */
  async change(id: string, patch: LivePatch): Promise<LiveSettings> {
    const { instances, conversations } = this.#deps
    const conversation = conversations.get(id)
    refuseArchived(conversation)
    const instance = instances.find(conversation.instanceId)
    if (instance) return instance.live.change(id, patch)
    const { model, effort, fastMode, permissionMode } = patch
    if (model !== undefined) await conversations.setModel(id, model)
    if (effort !== undefined) await conversations.setEffort(id, effort)
    if (fastMode !== undefined) await conversations.setFastMode(id, fastMode)
    if (permissionMode !== undefined) await conversations.setMode(id, permissionMode)
    return this.get(id)
  }
}
