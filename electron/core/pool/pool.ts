import type { Guest, Stay } from '../processes/guests.ts'
import type { Approval, Decision } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationEvent, Notice } from '../../../shared/domain/event.ts'
import type { Instance as InstanceView } from '../../../shared/domain/instance.ts'
import type { Message } from '../../../shared/domain/message.ts'
import type { Identified, StreamOptions } from '../events/event-log.ts'
import type { ArchiveMoves } from './archive-moves.ts'
import { refuseArchived, type SendInput, type Sent } from './dispatch.ts'
import type { FolderMoves } from './folder-moves.ts'
import type { Forks } from './forks.ts'
import type { GoingOn } from './going-on.ts'
import type { InstanceRoster } from './instance-roster.ts'
import { LastRun } from './last-run.ts'
import type { Leases } from './leases.ts'
import type { PoolLive } from './live-settings.ts'
import type { PolicyEngine } from './policy-engine.ts'
import type { PoolDeps } from './pool-deps.ts'
import { PoolParts } from './pool-parts.ts'
import type { ThreadRewinds } from './thread-rewinds.ts'
import type { PoolTasks } from './pool-tasks.ts'

/** All instances, and what gives them work. */
export class Pool {
  readonly #deps: PoolDeps
  readonly #parts: PoolParts
  readonly #lastRun: LastRun
  /** Who is there, and what is done with one of them. */
  readonly instances: InstanceRoster
  /** The policy and what acts on it. */
  readonly policies: PolicyEngine
  /** Archiving, restoring and deleting conversations. */
  readonly moves: ArchiveMoves
  /** What waits and runs: messages to instances, and work of the queue. */
  readonly tasks: PoolTasks
  /** Instances that somebody has for themselves. */
  readonly leases: Leases
  /** Conversations that go on from a message of another one. */
  readonly forks: Forks
  /** What conversations work with, changed while their processes run. */
  readonly live: PoolLive
  /** Conversations that get another folder. */
  readonly folders: FolderMoves
  /** Threads that go back to before a message. */
  readonly rewinds: ThreadRewinds
  /** Conversations that wait for the end of a usage limit. */
  readonly goingOn: GoingOn

  private constructor(deps: PoolDeps) {
    this.#deps = deps
    const parts = new PoolParts(deps)
    this.#parts = parts
    this.#lastRun = new LastRun({ conversations: deps.conversations, sessionHas: deps.sessionHas, parts })
    this.instances = parts.instances
    this.policies = parts.policies
    this.moves = parts.moves
    this.tasks = parts.tasks
    this.leases = parts.leases
    this.forks = parts.forks
    this.live = parts.live
    this.folders = parts.folders
    this.rewinds = parts.rewinds
    this.goingOn = parts.goingOn
  }

  /** Builds the instances that were there, in use ones parked, and puts back what waited. */
  static async open(deps: PoolDeps): Promise<Pool> {
    const pool = new Pool(deps)
    await pool.#lastRun.takeUp()
    if (pool.policies.policy.min > 0) void pool.policies.tidy()
    return pool
  }

  /** Makes a conversation the current one of an instance, taking it over from another that has no work for it. */
  async open(id: string, conversationId: string): Promise<InstanceView> {
    const instance = this.#parts.set.get(id)
    refuseArchived(this.#deps.conversations.get(conversationId))
    await this.assign(conversationId, id)
    this.instances.adopt(id)
    await instance.open(conversationId)
    return instance.view()
  }

  /** Takes a prompt; resolves once it is on disk. `done` settles with the ended turn. */
  async send(conversationId: string, { lease, ...input }: SendInput & { lease?: string | undefined }): Promise<Sent> {
    if (lease !== undefined) return this.#sendUnder(lease, conversationId, input)
    const sent = await this.#parts.dispatch.send(conversationId, input)
    this.instances.adopt(sent.task.instanceId)
    return sent
  }

  /** The instance of the lease has the conversation, and stays whose it was. */
  async #sendUnder(lease: string, conversationId: string, input: SendInput): Promise<Sent> {
    const { id } = this.leases.get(lease)
    if (this.#deps.conversations.get(conversationId).instanceId !== id) await this.#parts.handover.assign(conversationId, id)
    return this.#parts.dispatch.send(conversationId, input)
  }

  /** Goes on after a turn that did not end well: sends its prompt again if Claude never had it, else asks to go on. */
  continueTurn(conversationId: string): Promise<Sent> {
    return this.#parts.dispatch.continueTurn(conversationId)
  }

  approvals(): Approval[] {
    return this.#parts.desk.shown()
  }

  /** Answers the turn that takes a late answer to Claude; null when the process that asked hears it. */
  decide(id: string, decision: Decision): Promise<string | null> {
    return this.#parts.desk.decide(id, decision)
  }

  /** Gives a conversation to an instance, or to none. Refused while another has work for it. */
  async assign(conversationId: string, instanceId: string | null): Promise<Conversation> {
    const assigned = await this.#parts.handover.assign(conversationId, instanceId)
    this.instances.adopt(instanceId)
    return assigned
  }

  /** A conversation was made for a source and a target: what is asked of that pair goes there. */
  async knowPair({ id, source, target }: Conversation): Promise<void> {
    if (source !== null && target !== null) await this.#parts.affinity.remember({ source, target }, id)
  }

  conversationEvents(id: string, options: StreamOptions): AsyncGenerator<Identified<ConversationEvent>, void, void> {
    this.#deps.conversations.get(id)
    return this.#parts.channels.get(id).stream(options)
  }

  /** To be called whenever a conversation's header has changed. */
  conversationChanged(id: string): void {
    this.#parts.publisher.conversationChanged(id)
  }

  /** Goes on with what the last run left open in a conversation that was not read before the start: ends its turns, puts back what waits. */
  async takeUp(id: string): Promise<void> {
    await this.#lastRun.takeUpIn(id)
  }

  /** Messages that were said elsewhere are in a conversation now. */
  saidElsewhere(id: string, messages: readonly Message[]): void {
    for (const message of messages) this.#parts.channels.find(id)?.message(message)
  }

  /** What held messages back may be over, for example because a budget was raised. */
  goOn(): void {
    for (const instance of this.#parts.set.all()) instance.goOn()
    this.tasks.queue.goOn()
  }

  /** Room for a process that belongs to no instance, once there is memory for one. */
  admit(guest: Guest, signal: AbortSignal): Promise<Stay> {
    return this.#parts.processes.admit(guest, signal)
  }

  notice(notice: Notice): void {
    this.#parts.publisher.notice(notice)
  }

  /** Ends every process. What waited stays on disk; what was in use comes back parked. */
  async close(): Promise<void> {
    await this.#parts.close()
  }
}
