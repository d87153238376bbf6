import { cpSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { pino } from 'pino'
import { AppError } from '../../shared/app-error.ts'
import type { PoolEvent } from '../../shared/domain/event.ts'
import { instanceConfigSchema } from '../../shared/domain/instance.ts'
import { poolPolicySchema } from '../../shared/domain/pool.ts'
import { ConversationStore } from '../../electron/core/conversations/conversation-store.ts'
import { EventLog } from '../../electron/core/events/event-log.ts'
import { affinityFileSchema } from '../../electron/core/pool/affinity.ts'
import { instanceFileSchema } from '../../electron/core/pool/instance-file.ts'
import { Standing } from '../../electron/core/instances/standing.ts'
import { recoverTurns } from '../../electron/core/pool/recovery.ts'
import { Pool } from '../../electron/core/pool/pool.ts'
import { TaskLog } from '../../electron/core/queue/task-log.ts'
import { DiskWatch } from '../../electron/core/storage/disk-watch.ts'
import { JsonStore } from '../../electron/core/storage/json-store.ts'
import { Problems } from '../../electron/core/storage/problems.ts'
import { ScriptedProcess, type ScriptedWorld } from './scripted-claude.ts'

export type ScriptedPool = { pool: Pool; conversations: ConversationStore; close: () => Promise<void> }

/** The pool as the app opens it, over a data folder, with scripted processes in the place of `claude`. */
export async function openScriptedPool(folder: string, world: ScriptedWorld): Promise<ScriptedPool> {
  await mkdir(folder, { recursive: true })
  const log = pino({ level: 'silent' })
  const disk = new DiskWatch({ folder })
  const watch = { problems: new Problems(), disk }
  const late: { pool?: Pool } = {}
  const conversations = await ConversationStore.open({ folder, log, onChange: ({ id }) => late.pool?.conversationChanged(id) })
  await recoverTurns(conversations)
  const events = new EventLog<PoolEvent>({ sync: (seq) => ({ type: 'sync', seq }), maxEvents: 100 })
  const store = <T>(name: string, schema: Parameters<typeof JsonStore.open<T>>[0]['schema'], fallback: T) =>
    JsonStore.open<T>({ path: join(folder, name), schema, fallback, holds: name, watch })
  const refused = () => new AppError('LIMIT_REACHED', world.budget ?? '', { data: { budgetId: 'budget', scope: 'all' } })
  const pool = await Pool.open({
    worktreeOf: () => undefined,
    unprepared: () => null,
    follow: async (cwd) => cwd,
    file: await store('instances.json', instanceFileSchema, instanceFileSchema.parse({})),
    policy: await store('pool.json', poolPolicySchema, poolPolicySchema.parse({ max: 1 })),
    affinity: await store('affinity.json', affinityFileSchema, affinityFileSchema.parse({})),
    openQueue: (kept) => TaskLog.open(join(folder, 'tasks.jsonl'), kept),
    conversations,
    standing: new Standing(),
    configFor: (template, name) => instanceConfigSchema.parse({ ...template, name }),
    expand: ({ mcpServers }) => ({ mcpServers }),
    checkConfig: () => {},
    work: { comesUp: () => {}, turnBegins: () => {}, beforeCall: () => Promise.resolve(), background: () => {} },
    events,
    start: async (config, listener) => {
      await turnOfTheLoop()
      if (world.killed) throw new AppError('CLAUDE_EXITED', 'The app was killed.')
      const fault = world.startFault
      world.startFault = null
      if (fault !== null) throw fault
      if (world.installed) return new ScriptedProcess(world, config, listener)
      world.begunAt.push(performance.now())
      throw new AppError('CLAUDE_MISSING', 'There is no claude.')
    },
    park: () => Promise.reject(new AppError('STATE_CONFLICT', 'None here.')),
    clock: { now: () => performance.now() },
    locateClaude: () => (world.installed ? Promise.resolve() : Promise.reject(new AppError('CLAUDE_MISSING', 'There is no claude.'))),
    sessionHas: () => Promise.resolve(true),
    savePlan: () => Promise.resolve(false),
    bringBack: () => Promise.resolve(false),
    copySession: () => Promise.resolve(null),
    stallSeconds: () => 3_600,
    goOnAfterLimit: () => world.goesOn,
    models: { get: () => null, keep: () => {} },
    accounts: { account: () => {}, windows: () => {} },
    checkBudget: () => (world.budget === null ? Promise.resolve() : Promise.reject(refused())),
    holds: (_, ids) => {
      if (world.budgetFault !== null) return Promise.reject(world.budgetFault)
      return Promise.resolve(new Map(world.budget === null ? [] : ids.map((id) => [id, world.budget ?? ''])))
    },
    onCrash: () => {},
  })
  late.pool = pool
  return {
    pool,
    conversations,
    close: async () => {
      await pool.close()
      await conversations.close()
      disk.close()
      events.close()
    },
  }
}

/** Copies a data folder as it is at this moment. A file that is being replaced may go in the middle of it: then once more. */
export function copyFolder(from: string, to: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      return cpSync(from, to, { recursive: true })
    } catch (thrown) {
      rmSync(to, { recursive: true, force: true })
      if (tries === 20) throw thrown
    }
  }
}
