import { join } from 'node:path'
import { toAppError } from '../../shared/app-error.ts'
import type { Turn } from '../../shared/domain/turn.ts'
import { AwakeClock } from './clock/awake-clock.ts'
import type { PoolParts } from './compose-pool.ts'
import type { ConversationStore } from './conversations/conversation-store.ts'
import type { Ground } from './ground.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Lookup } from './lookup/lookup.ts'
import type { Pool } from './pool/pool.ts'
import type { RecipeBook } from './recipes/recipe-book.ts'
import { QueueHost } from './runs/queue-host.ts'
import { Runs } from './runs/runs.ts'

type Parts = Pick<PoolParts, 'conversations'> & { pool: Pool; lookup: Lookup; recipes: RecipeBook }

/** Runs, over the pool's queue. What the last run of the app left under way goes on. */
export async function openRuns({ options, closers, events, watch, log, late }: Ground, parts: Parts): Promise<Runs> {
  const { conversations, pool, lookup, recipes } = parts
  const awake = new AwakeClock()
  closers.push(() => awake.close())
  const turns = new QueueHost({
    queue: pool.tasks.queue,
    turn: (id, conversationId) => turnOf(conversations, lookup, id, conversationId),
    onSpending: () => runs.store.look(),
    onAsks: () => runs.store.lookAtAsks(),
    instanceId: (nameOrId) => instanceNamed(pool, nameOrId),
    heldBy: () => watch.disk.error,
  })
  const runs = new Runs({
    folder: join(options.home, 'runs'),
    turns,
    recipes,
    disk: watch.disk,
    problems: watch.problems,
    clocks: { wall: () => Date.now(), steady: () => performance.now(), awake },
    onRun: (run) => events.publish((seq) => ({ type: 'run', seq, run })),
    onFigure: (figure) => late.metrics?.runEnded(figure),
    onRemoved: (id) => events.publish((seq) => ({ type: 'run-removed', seq, id })),
    onFault: (id, err) => log.error({ err, run: id }, 'a run stands still'),
  })
  late.runTurns = turns
  late.runs = runs.store
  // Those of the last run of the app were told before this was there.
  for (const approval of pool.approvals()) turns.asked(approval, true)
  closers.push(() => runs.close())
  await runs.store.open()
  void countMissing(runs, late.metrics).catch((err: unknown) => log.warn({ err }, 'runs that ended before are not all in the figures'))
  return runs
}

/** Runs whose end was written down, and then the app was killed before the figures had it. */
async function countMissing(runs: Runs, metrics: Metrics | undefined): Promise<void> {
  const { items } = runs.store.list({ states: ['done', 'failed', 'cancelled'], limit: Number.POSITIVE_INFINITY })
  if (!metrics || items.length === 0) return
  // From the oldest on, as they came.
  for (const { id } of (await metrics.missingRuns(items)).toReversed()) {
    const figure = await runs.figure(id)
    if (figure) metrics.runFound(figure)
  }
}

/** Turns of long conversations are read from their end. */
const nearTurns = [20, 10_000]

async function turnOf(store: ConversationStore, lookup: Lookup, id: string, conversationId: string | null): Promise<Turn | null> {
  for (const limit of nearTurns) {
    if (conversationId === null || !store.has(conversationId)) break
    const turns = await store.turns(conversationId, limit)
    const found = turns.find((turn) => turn.id === id || turn.joined?.includes(id) === true)
    if (found) return found
    if (turns.length < limit) break
  }
  try {
    const turn = await lookup.turn(id, { waitSeconds: 0 })
    return turn.conversationId === null ? null : { ...turn, conversationId: turn.conversationId }
  } catch (thrown) {
    if (['NOT_FOUND', 'TASK_GONE'].includes(toAppError(thrown).code)) return null
    throw thrown
  }
}

function instanceNamed(pool: Pool, nameOrId: string): string | null {
  const all = pool.instances.list()
  const name = nameOrId.replace(/^@/, '').trim()
  const found = all.find(({ id }) => id === nameOrId) ?? all.find((one) => one.name === name)
  return found?.id ?? all.find((one) => one.name.toLowerCase() === name.toLowerCase())?.id ?? null
}
