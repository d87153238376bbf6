import { AppError } from '../../../shared/app-error.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import { attachmentName, type Attachment } from '../../../shared/domain/attachment.ts'
import type { Image } from '../../../shared/domain/message.ts'
import type { PermissionMode } from '../../../shared/domain/instance.ts'
import type { SendWhen, Task } from '../../../shared/domain/task.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import type { Instance } from '../instances/instance.ts'
import type { Handed } from '../instances/message-task.ts'
import type { Channels } from '../events/channels.ts'
import { continuationOf, type SessionLookup } from './continuation.ts'
import type { InstanceSet } from './instance-set.ts'
import { titleFrom } from './title.ts'

export type SendInput = {
  text: string
  images?: Image[] | undefined
  attachments?: Attachment[] | undefined
  priority: number
  replaces?: string | undefined
  when?: SendWhen | undefined
  handed?: Handed | undefined
}

/** A prompt that is on disk; `done` settles with its ended turn. */
export type Sent = { task: Task; done: Promise<Turn> }

export type DispatchDeps = {
  conversations: ConversationStore
  instances: InstanceSet
  channels: Channels
  sessionHas: SessionLookup
  checkBudget: CheckBudget
  /** Nobody answers any more what is open in a conversation. */
  withdrawOpen: (conversationId: string) => Promise<void>
  /** A conversation that waits for the end of a usage limit does not go on by itself then. */
  dropGoingOn: (conversationId: string) => Promise<void>
  /** Looks whether what some instances failed for is mended. Never throws. */
  mend: () => Promise<void>
}

/** Throws LIMIT_REACHED when a budget for this conversation, this instance or everything is used up. */
export type CheckBudget = (conversationId: string | null, instanceId: string | null) => Promise<void>

const usualPriority = 5

/** Takes prompts and hands each to an instance. */
export class Dispatch {
  readonly #deps: DispatchDeps

  constructor(deps: DispatchDeps) {
    this.#deps = deps
  }

  /** Takes a prompt; resolves once it is on disk. */
  async send(conversationId: string, input: SendInput): Promise<Sent> {
    const conversation = this.#deps.conversations.get(conversationId)
    refuseArchived(conversation)
    if (input.text.trim() === '' && !input.images?.length && !input.attachments?.length) {
      throw new AppError('BAD_REQUEST', 'The message is empty. Write something, or add a file.', { data: { field: 'text' } })
    }
    const instance = await this.#instanceFor(conversation)
    const forkAt = input.replaces === undefined ? undefined : await this.#supersede(conversationId, input.replaces)
    return this.#hand(instance, conversation, input, forkAt)
  }

  /** Throws what would keep an answer from being taken to Claude now. */
  async ready(conversationId: string): Promise<void> {
    const conversation = this.#deps.conversations.get(conversationId)
    refuseArchived(conversation)
    await this.#instanceFor(conversation)
  }

  /** Answers to what outlived its process go to Claude in a turn of their own; `text` says so while they wait. */
  async sendAnswers(conversationId: string, text: string): Promise<Sent> {
    const conversation = this.#deps.conversations.get(conversationId)
    const instance = await this.#instanceFor(conversation)
    const item = await instance.send(conversationId, { text, images: [], priority: usualPriority, answers: true })
    return { task: item.toTask(instance.id, null), done: item.done }
  }

  /** The permission mode that an instance has its conversations in, whatever was chosen in this one. */
  modeOf(conversationId: string): PermissionMode | undefined {
    const { conversations, instances } = this.#deps
    return instances.find(conversations.get(conversationId).instanceId)?.config.permissionMode
  }

  /** Goes on after a turn that did not end well: sends its prompt again if Claude never had it, else asks to go on. */
  async continueTurn(conversationId: string): Promise<Sent> {
    const { conversations, sessionHas, instances } = this.#deps
    refuseArchived(conversations.get(conversationId))
    for (const instance of instances.all()) {
      if (!instance.tasks().some((task) => task.goesOnAt !== undefined && task.conversationId === conversationId)) continue
      const item = instance.goOnNow(conversationId)
      if (item) return { task: item.toTask(instance.id, null), done: item.done }
    }
    const { text, images, attachments, replaces } = await continuationOf(conversations, sessionHas, conversationId)
    const input = { text, images, attachments, priority: usualPriority }
    if (!replaces) return this.send(conversationId, input)
    const conversation = conversations.get(conversationId)
    const instance = await this.#instanceFor(conversation)
    const previousUuid = await this.#supersede(conversationId, replaces.messageId)
    return this.#hand(instance, conversation, input, replaces.fork ? previousUuid : undefined)
  }

  async #hand(instance: Instance, conversation: Conversation, input: SendInput, forkAt: string | null | undefined): Promise<Sent> {
    const { id, titleIsAutomatic, messageCount } = conversation
    const { text, images = [], attachments = [], priority, when, handed } = input
    const words = text.trim() === '' && attachments[0] ? attachmentName(attachments[0]) : text
    if (titleIsAutomatic && messageCount === 0) await this.#deps.conversations.rename(id, titleFrom(words), { automatic: true })
    const options = { ...(forkAt === undefined ? {} : { forkAt }), ...(handed === undefined ? {} : { handed }) }
    const item = await instance.send(id, { text, images, attachments, priority, when, ...options })
    return { task: item.toTask(instance.id, null), done: item.done }
  }

  async #instanceFor(conversation: Conversation): Promise<Instance> {
    const { instances, conversations, checkBudget } = this.#deps
    const instance = instances.find(conversation.instanceId) ?? instances.leastBusy()
    if (!instance) {
      throw new AppError(
        'STATE_CONFLICT',
        'No instance can take this message. Create an instance, or restart the failed one; the text is kept.',
      )
    }
    if (instance.work.lacksClaude) await this.#deps.mend()
    // Before anything is changed for the message: a refusal must leave the conversation as it was.
    instance.work.checkTakesMessages()
    await checkBudget(conversation.id, instance.id)
    if (instance.id !== conversation.instanceId) await conversations.setInstance(conversation.id, instance.id)
    return instance
  }

  async #supersede(conversationId: string, messageId: string): Promise<string | null> {
    const { conversations, instances, channels, dropGoingOn } = this.#deps
    await dropGoingOn(conversationId)
    instances.notBusy(conversationId, 'changing what was said')
    await this.#deps.withdrawOpen(conversationId)
    const { fromSeq, toSeq, previousUuid } = await conversations.supersede(conversationId, messageId)
    channels.find(conversationId)?.superseded(fromSeq, toSeq)
    return previousUuid
  }
}

/** Throws CONVERSATION_ARCHIVED. */
export function refuseArchived({ state }: Conversation): void {
  if (state !== 'archived') return
  throw new AppError('CONVERSATION_ARCHIVED', 'This conversation is archived. Restore it, then send the message again.')
}
