import type { Approval, ApprovalOutcome, Decision } from '../../../shared/domain/approval.ts'
import { Channels } from '../events/channels.ts'
import { ApprovalDesk } from '../instances/approval-desk.ts'
import type { Instance } from '../instances/instance.ts'
import type { InstanceDeps } from '../instances/instance-deps.ts'
import { Affinity } from './affinity.ts'
import { ArchiveMoves } from './archive-moves.ts'
import { ContextIndex } from './context-index.ts'
import { Dispatch } from './dispatch.ts'
import { FolderMoves } from './folder-moves.ts'
import { Forks } from './forks.ts'
import { GoingOn } from './going-on.ts'
import { Growth } from './growth.ts'
import { Handover } from './handover.ts'
import { InstanceRoster } from './instance-roster.ts'
import { InstanceSet } from './instance-set.ts'
import { Leases } from './leases.ts'
import { LateAnswers } from './late-answers.ts'
import { PoolLive } from './live-settings.ts'
import { PolicyEngine } from './policy-engine.ts'
import type { PoolDeps } from './pool-deps.ts'
import { newTasks } from './new-tasks.ts'
import type { PoolTasks } from './pool-tasks.ts'
import { PoolProcesses } from './processes.ts'
import { Publisher } from './publisher.ts'
import { Soon } from './soon.ts'
import { ThreadRewinds } from './thread-rewinds.ts'

/** What the pool is made of, put together: what happens to one part is told to those that it concerns. */
export class PoolParts {
  readonly set = new InstanceSet()
  readonly affinity: Affinity
  readonly desk: ApprovalDesk
  readonly channels: Channels
  readonly publisher: Publisher
  readonly instances: InstanceRoster
  readonly policies: PolicyEngine
  readonly growth: Growth
  readonly leases: Leases
  readonly moves: ArchiveMoves
  readonly tasks: PoolTasks
  readonly forks: Forks
  readonly live: PoolLive
  readonly folders: FolderMoves
  readonly rewinds: ThreadRewinds
  readonly goingOn: GoingOn
  readonly handover: Handover
  readonly processes: PoolProcesses
  readonly dispatch: Dispatch
  readonly late: LateAnswers
  /** An instance may have become free: the queue is asked once, however much has changed. */
  readonly pump = new Soon(() => {
    this.leases.serve()
    this.tasks.queue.pump()
  })
  readonly #deps: PoolDeps

  constructor(deps: PoolDeps) {
    this.#deps = deps
    this.desk = new ApprovalDesk(deps.standing)
    this.channels = new Channels({
      conversation: (id) => deps.conversations.get(id),
      tasks: (conversationId) => this.tasks.list({ conversationId }),
      approvals: (conversationId) => this.desk.forConversation(conversationId),
      messageSeq: (id) => deps.conversations.lastMessageSeq(id),
    })
    const { conversations, sessionHas, checkBudget } = deps
    const instances = this.set
    this.dispatch = new Dispatch({
      conversations,
      sessionHas,
      checkBudget,
      withdrawOpen: (id) => this.late.withdraw(id),
      mend: () => this.policies.mend(),
      dropGoingOn: (id) => this.goingOn.drop(id),
      instances,
      channels: this.channels,
    })
    this.publisher = new Publisher({
      events: deps.events,
      instances,
      conversations,
      channels: this.channels,
      status: () => this.policies.status(),
      queue: () => this.tasks.queue.status(),
      onInstance: () => this.instances.saveSoon(),
      onInstanceRemoved: (id) => deps.onInstanceRemoved?.(id),
    })
    this.late = this.#newLate()
    this.moves = new ArchiveMoves({
      withdrawOpen: (id) => this.late.withdraw(id),
      conversations,
      instances,
      publisher: this.publisher,
      tasks: (id) => this.tasks.list({ conversationId: id }),
      dropGoingOn: (id) => this.goingOn.drop(id),
    })
    const onChange = () => {
      this.publisher.poolChanged()
      this.pump.ask()
    }
    this.affinity = new Affinity(deps.affinity)
    this.processes = this.#newProcesses(onChange)
    const { file, locateClaude, checkConfig } = deps
    this.instances = new InstanceRoster({
      onChange,
      file,
      instances,
      conversations,
      locateClaude,
      checkConfig,
      models: deps.models,
      publisher: this.publisher,
      spares: this.processes.spares,
      instanceDeps: (instance) => this.#instanceDeps(instance),
    })
    this.growth = this.#newGrowth()
    this.leases = this.#newLeases(onChange)
    this.policies = this.#newPolicies(onChange)
    this.live = new PoolLive({ conversations, instances })
    this.folders = new FolderMoves({ conversations, instances, copySession: deps.copySession, bringBack: deps.bringBack })
    this.rewinds = new ThreadRewinds({
      conversations,
      instances,
      channels: this.channels,
      withdrawOpen: (id) => this.late.withdraw(id),
      dropGoingOn: (id) => this.goingOn.drop(id),
    })
    this.forks = new Forks({
      conversations,
      instances,
      dispatch: this.dispatch,
      sessionHas,
      make: (config) => this.instances.make(config),
    })
    this.tasks = this.#newTasks()
    this.goingOn = new GoingOn({
      conversations,
      instances,
      channels: this.channels,
      sessionHas,
      gate: () => this.policies.gate,
      byDefault: deps.goOnAfterLimit,
    })
    this.handover = new Handover({ conversations, instances, goingOn: this.goingOn })
  }

  /** Ends every process. What waited stays on disk; what was in use comes back parked. */
  async close(): Promise<void> {
    await this.instances.close()
    this.pump.close()
    await this.tasks.queue.close()
    this.policies.close()
    this.leases.close()
    await Promise.all([this.processes.close(), ...this.set.all().map((instance) => instance.close())])
    this.publisher.close()
    this.channels.close()
  }

  #newLate(): LateAnswers {
    return new LateAnswers({
      conversations: this.#deps.conversations,
      channels: this.channels,
      dispatch: this.dispatch,
      desk: this.desk,
      savePlan: this.#deps.savePlan,
      isSending: (id) => this.set.all().some((instance) => instance.isAnsweringIn(id)),
      onApproval: (...record) => this.#tellApproval(...record),
      onFailure: (conversationId, { code, message }) =>
        this.publisher.notice({ level: 'error', code, message, instanceId: null, conversationId, at: new Date().toISOString() }),
    })
  }

  #tellApproval(approval: Approval, outcome: ApprovalOutcome, decision?: Decision): void {
    this.#deps.events.publish((seq) => ({ type: 'approval', seq, approval, outcome, ...(decision ? { decision } : {}) }))
    this.#deps.onApproval?.(approval, outcome)
    const { instanceId } = approval
    if (this.set.find(instanceId)) this.publisher.instanceChanged(instanceId)
  }

  #newProcesses(onChange: () => void): PoolProcesses {
    const { start, park, follow, clock, policy } = this.#deps
    return new PoolProcesses({
      instances: this.set,
      start,
      park,
      follow,
      clock,
      policy: () => policy.current(),
      onMeasured: () => {
        void this.policies.tidy()
        this.policies.gate.memoryChanged()
        this.leases.serve()
      },
      onChange,
      note: (entry) => this.policies.note(entry),
    })
  }

  #newPolicies(onChange: () => void): PolicyEngine {
    const { conversations, locateClaude, policy } = this.#deps
    const contexts = new ContextIndex({ instances: () => this.set.all(), pairs: () => this.affinity.pairs(), conversations })
    return new PolicyEngine({
      locateClaude: () => locateClaude().then(() => true),
      instances: this.set,
      policy,
      processes: this.processes,
      knowledge: () => contexts.read(),
      queued: () => this.tasks.queue.waiting,
      growth: this.growth,
      isAwaited: (id) => this.tasks.queue.isAimedAt(id),
      remove: (id) => this.instances.remove(id),
      onChange,
    })
  }

  #newGrowth(): Growth {
    return new Growth({
      instances: this.set,
      policy: () => this.policies.policy,
      configFor: this.#deps.configFor,
      prepared: (config) => this.instances.prepared(config),
      make: (config, made) => this.instances.makeForWork(config, undefined, made),
      onMade: ({ id, config }, reason) => this.policies.note({ act: 'made', instanceId: id, instanceName: config.name, reason }),
    })
  }

  #newLeases(onChange: () => void): Leases {
    return new Leases({
      instances: this.set,
      growth: this.growth,
      mayStart: () => this.processes.room.mayStart(),
      save: () => this.instances.save(),
      saveSoon: () => this.instances.saveSoon(),
      onChange: (id) => {
        this.publisher.instanceChanged(id)
        onChange()
      },
    })
  }

  #newTasks(): PoolTasks {
    const { dispatch, policies, affinity, growth, leases, publisher } = this
    return newTasks(this.#deps, {
      dispatch,
      policies,
      affinity,
      growth,
      leases,
      publisher,
      instances: this.set,
      mayStart: () => this.processes.room.mayStart(),
      save: () => this.instances.saveSoon(),
      assign: (conversationId, instanceId) => this.handover.assign(conversationId, instanceId),
    })
  }

  #instanceDeps(instance: () => Instance): InstanceDeps {
    return {
      clock: this.#deps.clock,
      recorder: this.#deps.conversations,
      desk: this.desk,
      launch: this.processes.launchFor(instance),
      expand: this.#deps.expand,
      channel: (conversationId) => this.channels.get(conversationId),
      stallSeconds: this.#deps.stallSeconds,
      worktreeOf: this.#deps.worktreeOf,
      unprepared: this.#deps.unprepared,
      work: this.#deps.work,
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
        this.publisher.instanceChanged(id)
        this.#deps.onInstance?.(id)
        this.pump.ask()
        this.processes.room.pump()
        this.policies.gate.memoryChanged()
      },
      onGoesOn: () => this.instances.saveNow(),
      onCommands: (id) => this.#deps.onCommands?.(id),
      onTaskOver: ({ taskId, withdrawn }) => this.#deps.onMessageOver?.({ taskId, withdrawn }),
      onApproval: (...record) => this.#tellApproval(...record),
      onKept: (id) => this.late.takeUp(id),
      onNotice: (notice) => this.publisher.notice(notice),
      onSpending: this.#deps.onSpending,
      onCrash: this.#deps.onCrash,
    }
  }
}
