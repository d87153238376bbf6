import type { Message } from '../../../shared/domain/message.ts'
import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { ConversationEvent, Notice } from '../../../shared/domain/event.ts'
import type { Instance as InstanceView } from '../../../shared/domain/instance.ts'
import type { Identified, StreamOptions } from '../events/event-log.ts'
import { ApprovalDesk } from '../instances/approval-desk.ts'
import type { Instance } from '../instances/instance.ts'
import type { InstanceDeps } from '../instances/instance-deps.ts'
import { Affinity } from './affinity.ts'
import { Asks } from './asks.ts'
import { Channels } from '../events/channels.ts'
import type { PoolDeps } from './pool-deps.ts'
import { ArchiveMoves } from './archive-moves.ts'
import { Dispatch, refuseArchived, type SendInput, type Sent } from './dispatch.ts'
import { FolderMoves } from './folder-moves.ts'
import { Forks } from './forks.ts'
import { GoingOn } from './going-on.ts'
import { InstanceRoster } from './instance-roster.ts'
import { PoolLive } from './live-settings.ts'
import { InstanceSet } from './instance-set.ts'
import { PolicyEngine } from './policy-engine.ts'
import { Publisher } from './publisher.ts'
import { ContextIndex } from './context-index.ts'
import { LateAnswers } from './late-answers.ts'
import { PoolTasks } from './pool-tasks.ts'
import { PoolProcesses } from './processes.ts'
import { PoolAdapter } from './pool-adapter.ts'
import { joinTaken, recoverBackground, recoverTurns } from './recovery.ts'
import { recoverQueue } from '../queue/recover-queue.ts'
import { TaskQueue } from '../queue/task-queue.ts'

/** All instances, and what gives them work. */
export class Pool {
  readonly #deps: PoolDeps
  readonly #set = new InstanceSet()
  readonly #affinity: Affinity
  readonly #desk: ApprovalDesk
  readonly #channels: Channels
  readonly #publisher: Publisher
  /** Who is there, and what is done with one of them. */
  readonly instances: InstanceRoster
  /** The policy and what acts on it. */
  readonly policies: PolicyEngine
  /** Archiving, restoring and deleting conversations. */
  readonly moves: ArchiveMoves
  /** What waits and runs: messages to instances, and work of the queue. */
  readonly tasks: PoolTasks
  /** Conversations that go on from a message of another one. */
  readonly forks: Forks
  /** What conversations work with, changed while their processes run. */
  readonly live: PoolLive
  /** Conversations that get another folder. */
  readonly folders: FolderMoves
  /** Conversations that wait for the end of a usage limit. */
  readonly goingOn: GoingOn
  readonly #processes: PoolProcesses
  readonly #dispatch: Dispatch
  readonly #late: LateAnswers
  #closing = false
  #pumping = false

  private constructor(deps: PoolDeps) {
    this.#deps = deps
    this.#desk = new ApprovalDesk(deps.standing)
    this.#channels = new Channels({
      conversation: (id) => deps.conversations.get(id),
      tasks: (conversationId) => this.tasks.list({ conversationId }),
      approvals: (conversationId) => this.#desk.forConversation(conversationId),
      messageSeq: (id) => deps.conversations.lastMessageSeq(id),
    })
    const { conversations, sessionHas, checkBudget } = deps
    const instances = this.#set
    this.#dispatch = new Dispatch({
      conversations,
      sessionHas,
      checkBudget,
      withdrawOpen: (id) => this.#late.withdraw(id),
      mend: () => this.policies.mend(),
      dropGoingOn: (id) => this.goingOn.drop(id),
      instances,
      channels: this.#channels,
    })
    this.#publisher = new Publisher({
      events: deps.events,
      instances,
      conversations,
      channels: this.#channels,
      status: () => this.policies.status(),
      queue: () => this.tasks.queue.status(),
      onInstance: () => this.instances.saveSoon(),
    })
    this.#late = this.#newLate()
    this.moves = new ArchiveMoves({
      withdrawOpen: (id) => this.#late.withdraw(id),
      conversations,
      instances,
      publisher: this.#publisher,
      tasks: (id) => this.tasks.list({ conversationId: id }),
      dropGoingOn: (id) => this.goingOn.drop(id),
    })
    const onChange = () => {
      this.#publisher.poolChanged()
      this.#pumpSoon()
    }
    this.#affinity = new Affinity(deps.affinity)
    this.#processes = this.#newProcesses(onChange)
    const { file, locateClaude } = deps
    this.instances = new InstanceRoster({
      onChange,
      file,
      instances,
      conversations,
      locateClaude,
      publisher: this.#publisher,
      spares: this.#processes.spares,
      instanceDeps: (instance) => this.#instanceDeps(instance),
    })
    this.policies = this.#newPolicies(onChange)
    this.live = new PoolLive({ conversations, instances })
    this.folders = new FolderMoves({ conversations, instances, copySession: deps.copySession, bringBack: deps.bringBack })
    this.forks = new Forks({
      conversations,
      instances,
      dispatch: this.#dispatch,
      sessionHas,
      make: (config) => this.instances.make(config),
    })
    this.tasks = this.#newTasks()
    this.goingOn = new GoingOn({
      conversations,
      instances,
      channels: this.#channels,
      sessionHas,
      gate: () => this.policies.gate,
      byDefault: deps.goOnAfterLimit,
    })
  }

  /** Builds the instances that were there, in use ones parked, and puts back what waited. */
  static async open(deps: PoolDeps): Promise<Pool> {
    const pool = new Pool(deps)
    pool.instances.load()
    pool.tasks.queue.runner.hold()
    await pool.tasks.queue.open()
    for (const { record } of pool.tasks.queue.interrupted()) {
      const { conversationId } = record
      // Found later, what waits in it would be done twice.
      if (conversationId !== null && deps.conversations.has(conversationId)) await recoverTurns(deps.conversations, conversationId)
    }
    const ofQueue = await recoverQueue(pool.tasks.queue, deps.conversations)
    for (const waiting of deps.conversations.waitingTasks()) {
      if (!ofQueue.has(waiting.taskId)) await pool.#restore(waiting.conversationId, waiting)
    }
    pool.#late.takeUp()
    for (const instance of pool.#set.all()) instance.goOn()
    pool.tasks.queue.runner.letGo()
    pool.#pumpSoon()
    return pool
  }

  /** Makes a conversation the current one of an instance, taking it over from another that has no work for it. */
  async open(id: string, conversationId: string): Promise<InstanceView> {
    const instance = this.#set.get(id)
    refuseArchived(this.#deps.conversations.get(conversationId))
    await this.assign(conversationId, id)
    await instance.open(conversationId)
    return instance.view()
  }

  /** Takes a prompt; resolves once it is on disk. `done` settles with the ended turn. */
  send(conversationId: string, input: SendInput): Promise<Sent> {
    return this.#dispatch.send(conversationId, input)
  }

  /** Goes on after a turn that did not end well: sends its prompt again if Claude never had it, else asks to go on. */
  continueTurn(conversationId: string): Promise<Sent> {
    return this.#dispatch.continueTurn(conversationId)
  }

  approvals(): Approval[] {
    return this.#desk.shown()
  }

  /** Answers the turn that takes a late answer to Claude; null when the process that asked hears it. */
  decide(id: string, decision: Decision): Promise<string | null> {
    return this.#desk.decide(id, decision)
  }

  /** Gives a conversation to an instance, or to none. Refused while another has work for it. */
  async assign(conversationId: string, instanceId: string | null): Promise<Conversation> {
    const conversation = this.#deps.conversations.get(conversationId)
    if (conversation.instanceId === instanceId) return conversation
    if (instanceId !== null) this.#set.get(instanceId)
    const { goesOnAt, lastTurn } = conversation
    await this.goingOn.drop(conversationId)
    this.#set.notBusy(conversationId, 'handing it over')
    await this.#set.find(conversation.instanceId)?.release(conversationId)
    const handed = await this.#deps.conversations.setInstance(conversationId, instanceId)
    // The other one may have another account, and goes on at once then.
    if (goesOnAt !== undefined && lastTurn !== null)
      await this.#set.find(instanceId)?.goOnLater(conversationId, { turnId: lastTurn.id, at: goesOnAt })
    return handed
  }

  /** A conversation was made for a source and a target: what is asked of that pair goes there. */
  async knowPair({ id, source, target }: Conversation): Promise<void> {
    if (source !== null && target !== null) await this.#affinity.remember({ source, target }, id)
  }

  conversationEvents(id: string, options: StreamOptions): AsyncGenerator<Identified<ConversationEvent>, void, void> {
    this.#deps.conversations.get(id)
    return this.#channels.get(id).stream(options)
  }

  /** To be called whenever a conversation's header has changed. */
  conversationChanged(id: string): void {
    this.#publisher.conversationChanged(id)
  }

  /** Goes on with what the last run left open in a conversation that was not read before the start: ends its turns, puts back what waits. */
  async takeUp(id: string): Promise<void> {
    const { conversations } = this.#deps
    await recoverTurns(conversations, id)
    await recoverBackground(conversations, id)
    for (const waiting of conversations.waitingTasks()) if (waiting.conversationId === id) await this.#restore(id, waiting)
    this.#late.takeUp(id)
    for (const instance of this.#set.all()) instance.goOn()
  }

  /** Messages that were said elsewhere are in a conversation now. */
  saidElsewhere(id: string, messages: readonly Message[]): void {
    for (const message of messages) this.#channels.find(id)?.message(message)
  }

  /** What held messages back may be over, for example because a budget was raised. */
  goOn(): void {
    for (const instance of this.#set.all()) instance.goOn()
    this.tasks.queue.goOn()
  }

  notice(notice: Notice): void {
    this.#publisher.notice(notice)
  }

  /** Ends every process. What waited stays on disk; what was in use comes back parked. */
  async close(): Promise<void> {
    await this.instances.close()
    this.#closing = true
    await this.tasks.queue.close()
    this.policies.close()
    await Promise.all([this.#processes.close(), ...this.#set.all().map((instance) => instance.close())])
    this.#publisher.close()
    this.#channels.close()
  }

  #newLate(): LateAnswers {
    return new LateAnswers({
      conversations: this.#deps.conversations,
      channels: this.#channels,
      dispatch: this.#dispatch,
      desk: this.#desk,
      isSending: (id) => this.#set.all().some((instance) => instance.isAnsweringIn(id)),
      onApproval: (...record) => this.#tellApproval(...record),
      onFailure: (conversationId, { code, message }) =>
        this.notice({ level: 'error', code, message, instanceId: null, conversationId, at: new Date().toISOString() }),
    })
  }

  #tellApproval(approval: Approval, outcome: ApprovalOutcome, decision?: Decision): void {
    this.#deps.events.publish((seq) => ({ type: 'approval', seq, approval, outcome, ...(decision ? { decision } : {}) }))
    const { instanceId } = approval
    if (this.#set.find(instanceId)) this.#publisher.instanceChanged(instanceId)
  }

  #newProcesses(onChange: () => void): PoolProcesses {
    const { start, park, clock, policy } = this.#deps
    return new PoolProcesses({
      instances: this.#set,
      start,
      park,
      clock,
      policy: () => policy.current(),
      onMeasured: () => {
        void this.policies.tidy()
        this.policies.gate.memoryChanged()
      },
      onChange,
      note: (entry) => this.policies.note(entry),
    })
  }

  #newPolicies(onChange: () => void): PolicyEngine {
    const { conversations, locateClaude, policy } = this.#deps
    const contexts = new ContextIndex({ instances: () => this.#set.all(), pairs: () => this.#affinity.pairs(), conversations })
    return new PolicyEngine({
      locateClaude: () => locateClaude().then(() => true),
      instances: this.#set,
      policy,
      processes: this.#processes,
      knowledge: () => contexts.read(),
      queued: () => this.tasks.queue.waiting,
      onChange,
    })
  }

  /** The queue, and the adapter that it works with. */
  #newTasks(): PoolTasks {
    const { conversations, openQueue, checkBudget } = this.#deps
    const adapter = new PoolAdapter({
      conversations,
      instances: this.#set,
      dispatch: this.#dispatch,
      policies: this.policies,
      affinity: this.#affinity,
      checkBudget,
      mayStart: () => this.#processes.room.mayStart(),
      make: (config) => this.instances.makeForWork(config),
      assign: (conversationId, instanceId) => this.assign(conversationId, instanceId),
    })
    const queue = new TaskQueue({
      pool: adapter,
      open: openQueue,
      onTask: (task) => {
        this.#deps.onTasks?.([task])
        this.#publisher.task(task)
      },
      onBatch: (tasks) => this.#deps.onTasks?.(tasks),
      onQueue: () => this.#publisher.queueChanged(),
    })
    const asks = new Asks({ queue, checkBudget, strategy: () => this.policies.policy.strategy })
    return new PoolTasks({ instances: this.#set, conversations, queue, asks })
  }

  #instanceDeps(instance: () => Instance): InstanceDeps {
    return {
      clock: this.#deps.clock,
      recorder: this.#deps.conversations,
      desk: this.#desk,
      launch: this.#processes.launchFor(instance),
      channel: (conversationId) => this.#channels.get(conversationId),
      stallSeconds: this.#deps.stallSeconds,
      models: this.#deps.models,
      accounts: this.#deps.accounts,
      sessionHas: this.#deps.sessionHas,
      goesOnAt: (conversationId, error) => this.goingOn.at(conversationId, error),
      continuation: (conversationId, turnId) => this.goingOn.continuation(conversationId, turnId),
      bringBack: this.#deps.bringBack,
      betweenTurns: (id) => this.policies.betweenTurns(id),
      gate: this.policies.gate,
      holds: this.#deps.holds,
      onChange: (id) => {
        this.#publisher.instanceChanged(id)
        this.#deps.onInstance?.(id)
        this.#pumpSoon()
        this.#processes.room.pump()
        this.policies.gate.memoryChanged()
      },
      onGoesOn: () => this.instances.saveNow(),
      onCommands: (id) => this.#deps.onCommands?.(id),
      onApproval: (...record) => this.#tellApproval(...record),
      onKept: (id) => this.#late.takeUp(id),
      onNotice: (notice) => this.notice(notice),
      onCrash: this.#deps.onCrash,
    }
  }

  async #restore(conversationId: string, waiting: Parameters<Instance['restore']>[1]): Promise<void> {
    const { conversations, sessionHas } = this.#deps
    if (await joinTaken(conversations, sessionHas, conversationId, waiting)) return
    const { instanceId } = conversations.get(conversationId)
    const instance = this.#set.find(instanceId) ?? this.#set.leastBusy()
    if (instance) this.goingOn.restored(instance.id, waiting)
    instance?.restore(conversationId, waiting)
  }

  /** An instance may have become free: the queue is asked once, however much has changed. */
  #pumpSoon(): void {
    if (this.#pumping || this.#closing) return
    this.#pumping = true
    setImmediate(() => {
      this.#pumping = false
      if (!this.#closing) this.tasks.queue.pump()
    })
  }
}
