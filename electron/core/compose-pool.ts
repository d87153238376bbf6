import { join } from 'node:path'
import { AppError } from '../../shared/app-error.ts'
import { poolPolicySchema } from '../../shared/domain/pool.ts'
import { AccountBook, accountFileSchema } from './account/account-book.ts'
import type { Claude } from './claude/claude.ts'
import { transcriptHas } from './claude/session-files.ts'
import { AwakeClock } from './clock/awake-clock.ts'
import type { ConversationStore } from './conversations/conversation-store.ts'
import type { Ground } from './ground.ts'
import { RememberedCalls } from './instances/remembered-calls.ts'
import { Standing } from './instances/standing.ts'
import type { Metrics } from './metrics/metrics.ts'
import { affinityFileSchema } from './pool/affinity.ts'
import { instanceFileSchema } from './pool/instance-file.ts'
import { Pool } from './pool/pool.ts'
import type { PoolDeps } from './pool/pool-deps.ts'
import type { LaunchSetup } from './profiles/launch-setup.ts'
import { TaskLog } from './queue/task-log.ts'
import type { RuleBook } from './rules/rule-book.ts'
import { JsonStore } from './storage/json-store.ts'
import { followInstances } from './vault/open-vault.ts'
import { costOf } from './vault/prices.ts'
import type { Vault } from './vault/vault.ts'

export type PoolParts = {
  conversations: ConversationStore
  claude: Claude
  vault: Vault
  metrics: Metrics
  rules: RuleBook
  launch: LaunchSetup
  work: PoolDeps['work']
  demo: boolean
  worktreeOf: PoolDeps['worktreeOf']
  unprepared: PoolDeps['unprepared']
  follow: PoolDeps['follow']
}

/** The instances, their processes and the queue. */
export async function openPool(
  { options, closers, events, settings, log, late, watch }: Ground,
  parts: PoolParts,
): Promise<{ pool: Pool; accounts: AccountBook }> {
  const { home } = options
  const { conversations, claude, vault, metrics, rules, launch, work } = parts
  const remembered = await RememberedCalls.open({ home, watch })
  late.remembered = remembered
  const clock = new AwakeClock()
  closers.push(() => clock.close())
  const inherited = () => claude.inherited()
  const file = await JsonStore.open({
    path: join(home, 'instances.json'),
    schema: instanceFileSchema,
    fallback: instanceFileSchema.parse({}),
    holds: 'your instances',
    watch,
    onChange: (instances) => void followInstances(vault, instances, inherited, log),
  })
  await followInstances(vault, file.current(), inherited, log)
  const accounts = new AccountBook({
    file: await JsonStore.open({
      path: join(home, 'accounts.json'),
      schema: accountFileSchema,
      fallback: accountFileSchema.parse({}),
      holds: 'what it knew of your accounts',
      watch,
    }),
    base: parts.demo ? 'demo' : 'own',
    instances: () => late.pool?.instances.list() ?? [],
    onChange: (items) => events.publish((seq) => ({ type: 'accounts', seq, accounts: items })),
  })
  const pool = await Pool.open({
    worktreeOf: parts.worktreeOf,
    unprepared: parts.unprepared,
    follow: parts.follow,
    models: accounts,
    accounts,
    file,
    policy: await JsonStore.open({
      path: join(home, 'pool.json'),
      schema: poolPolicySchema,
      fallback: poolPolicySchema.parse({}),
      holds: 'your pool settings',
      watch,
    }),
    affinity: await JsonStore.open({
      path: join(home, 'affinity.json'),
      schema: affinityFileSchema,
      fallback: affinityFileSchema.parse({}),
      holds: 'what it knew of which instance works for whom',
      watch,
    }),
    openQueue: (kept) => TaskLog.open(join(home, 'tasks.jsonl'), kept, watch),
    conversations,
    standing: new Standing(rules, remembered),
    events,
    configFor: ({ tags, ...template }, name) => {
      if (!late.profiles) throw new AppError('UNAVAILABLE', 'Bullpen is still starting. Try again in a moment.')
      return late.profiles.configFor({ ...template, name, ...(tags === undefined ? {} : { tags }) })
    },
    expand: launch.expand,
    checkConfig: launch.check,
    start: (config, listener, signal) => claude.launch(config, listener, signal),
    park: (config, listener) => claude.park(config, listener),
    clock,
    locateClaude: () => claude.locate(),
    sessionHas: async (sessionId, cwd, uuid) => {
      const copy = vault.fileOf(sessionId)
      // What the vault has is put back before the session goes on.
      return (await claude.sessionHas(sessionId, cwd, uuid)) || (copy !== null && (await transcriptHas(copy.path, uuid, copy)))
    },
    savePlan: (file, text) => claude.savePlan(file, text),
    bringBack: (sessionId) => vault.bringBack(sessionId),
    copySession: (sessionId, cwd, upTo) => claude.copySession(sessionId, cwd, upTo),
    work,
    stallSeconds: () => settings.current().stallSeconds,
    goOnAfterLimit: () => settings.current().goOnAfterLimit,
    onTasks: (tasks) => {
      metrics.tasksChanged(tasks)
      for (const task of tasks) late.lookup?.taskChanged(task)
      for (const task of tasks) late.topics?.taskChanged(task)
      for (const task of tasks) late.runTurns?.changed(task)
    },
    onMessageOver: (message) => late.lookup?.messageOver(message),
    onApproval: (approval, outcome) => late.runTurns?.asked(approval, outcome === 'waiting'),
    onSpending: (turnId, models) =>
      late.runTurns?.spends(turnId, () => models.reduce((sum, { model, usage }) => sum + (costOf(model, usage) ?? 0), 0)),
    onCrash: (crash) => metrics.crashed(crash),
    onInstance: (id) => {
      late.completion?.commands.noticed(id)
      late.topics?.instanceChanged(id)
    },
    onInstanceRemoved: (id) => late.topics?.instanceChanged(id),
    onCommands: (id) => void late.completion?.commands.refresh(id),
    checkBudget: (conversationId, instanceId) => metrics.budgets.check(conversationId, instanceId),
    holds: (instanceId, conversationIds) => metrics.budgets.holds(instanceId, conversationIds),
  })
  late.pool = pool
  closers.push(
    settings.onChange(
      () => void pool.goingOn.followSettings().catch((err: unknown) => log.warn({ err }, 'a setting could not be followed')),
    ),
  )
  closers.push(() => pool.close())
  return { pool, accounts }
}
