import type { ErrorInfo } from '../../../shared/app-error.ts'
import { limitEnd } from '../../../shared/domain/turn.ts'
import type { Channels } from '../events/channels.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Gate } from '../gate/gate.ts'
import type { Continued } from '../instances/message-task.ts'
import type { WaitingTask } from '../instances/turn-recorder.ts'
import { continuationOf, goOnWords, type SessionLookup } from './continuation.ts'
import type { InstanceSet } from './instance-set.ts'

export type GoingOnDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  channels: Channels
  sessionHas: SessionLookup
  gate: () => Gate
  /** Whether conversations go on by themselves after a usage limit, where nothing else was said of one. */
  byDefault: () => boolean
}

/** A limit that seems to be over already: not before so long, so that nothing goes round and round. */
const leastWaitMs = 60_000
/** No limit lasts longer; an end beyond it is a mistake of somebody's. */
const longestWaitMs = 32 * 86_400_000

/**
 * Conversations that met Claude's usage limit go on when it ends: a message waits in their line from then on, before all others, on
 * disk like any other.
 */
export class GoingOn {
  readonly #deps: GoingOnDeps

  constructor(deps: GoingOnDeps) {
    this.#deps = deps
  }

  /** When a turn of the conversation that failed for this goes on by itself, in ISO 8601; null when it does not. */
  at(conversationId: string, error: ErrorInfo): string | null {
    const { conversations, byDefault } = this.#deps
    const end = limitEnd(error)
    if (end === null || end > Date.now() + longestWaitMs) return null
    if (!(conversations.get(conversationId).goOnAfterLimit ?? byDefault())) return null
    return new Date(end > Date.now() ? end : Date.now() + leastWaitMs).toISOString()
  }

  /**
   * What is sent then: the prompt again, in the place of the one that Claude never had, else the wish to continue. Null when the turn that
   * it goes on from was followed by one that ended well: there is nothing left to go on with.
   */
  async continuation(conversationId: string, turnId: string): Promise<Continued | null> {
    const { conversations, sessionHas, channels } = this.#deps
    const { lastTurn } = conversations.get(conversationId)
    if (lastTurn?.outcome === 'done') return null
    if (lastTurn?.id !== turnId) return { text: goOnWords, images: [], attachments: [] }
    const { replaces, ...prompt } = await continuationOf(conversations, sessionHas, conversationId)
    if (replaces === undefined) return prompt
    const { fromSeq, toSeq, previousUuid } = await conversations.supersede(conversationId, replaces.messageId)
    channels.find(conversationId)?.superseded(fromSeq, toSeq)
    return { ...prompt, ...(replaces.fork ? { forkAt: previousUuid } : {}) }
  }

  /** A message of the last run waits for the end of a limit, which holds all that share the account. */
  restored(instanceId: string, { goesOn }: WaitingTask): void {
    if (goesOn !== undefined) this.#deps.gate().hold(instanceId, Date.parse(goesOn.at))
  }

  /** It does not go on by itself this time. Nothing happens where nothing waits to. */
  async drop(conversationId: string): Promise<void> {
    for (const instance of this.#deps.instances.all()) await instance.dropGoingOn(conversationId)
  }

  /** What was changed for all conversations acts at once. */
  async followSettings(): Promise<void> {
    const { instances, conversations, byDefault } = this.#deps
    if (byDefault()) return
    const waiting = instances
      .all()
      .flatMap((instance) => instance.tasks().flatMap(({ goesOnAt, conversationId }) => (goesOnAt ? conversationId : null) ?? []))
    for (const id of waiting) if (conversations.get(id).goOnAfterLimit !== true) await this.drop(id)
  }

  /** Says for one conversation whether it goes on by itself; null: as for all. It acts at once, also on a turn that met the limit before. */
  async set(conversationId: string, goOnAfterLimit: boolean | null): Promise<void> {
    const { conversations, instances } = this.#deps
    await conversations.setGoOnAfterLimit(conversationId, goOnAfterLimit)
    const { lastTurn, instanceId, goesOnAt } = conversations.get(conversationId)
    const at = lastTurn?.error === undefined ? null : this.at(conversationId, lastTurn.error)
    if (at === null || !lastTurn) return this.drop(conversationId)
    const isOver = lastTurn.outcome !== 'failed' || goesOnAt !== undefined
    if (!isOver) await instances.find(instanceId)?.goOnLater(conversationId, { turnId: lastTurn.id, at })
  }
}
