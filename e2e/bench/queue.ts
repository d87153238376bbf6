import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { QueuePool } from '../../electron/core/queue/queue-pool.ts'
import type { TaskRecord } from '../../electron/core/queue/queue-task.ts'
import { TaskLog } from '../../electron/core/queue/task-log.ts'
import { TaskQueue } from '../../electron/core/queue/task-queue.ts'
import { round, type Bench, type Figure } from './figure.ts'

const count = 10_000
const wantedMs = 300
const wantedDelayMs = 30
const resolutionMs = 1

/** What is done with ten thousand tasks at once: how long it takes, and how long everything else waits meanwhile. */
export const queue: Bench = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bullpen-bench-queue-'))
  const tasks = new TaskQueue({
    pool: nobody,
    open: (kept) => TaskLog.open(path.join(folder, 'tasks.jsonl'), kept),
    onTask: () => {},
    onQueue: () => {},
  })
  try {
    await tasks.open()
    const texts = Array.from({ length: count }, (_, index) => `Look at file ${index} and say what it is for.`)
    const input = { priority: 5, retries: 2, retryDelaySeconds: 5, deadlineSeconds: 3_600 }
    let batchId = ''
    const figures = [
      await measured('handing in', async () => {
        batchId = (await tasks.addBatch(texts, input)).id
      }),
      await measured('holding back and going on with', async () => {
        tasks.pump()
        tasks.goOn()
        tasks.tryNow()
      }),
      await measured('withdrawing', () => tasks.cancelBatch(batchId)),
      await measured('beginning anew', async () => {
        const ended = tasks.tasks('ended').map(({ id }) => id)
        await tasks.retryMany(ended)
      }),
    ]
    return figures
  } finally {
    await tasks.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measured(what: string, work: () => Promise<unknown>): Promise<Figure> {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  const began = performance.now()
  await work()
  const took = performance.now() - began
  delay.disable()
  const late = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs)
  return {
    name: `${what} ${count} tasks`,
    measured: `${round(took)} ms, others wait ${round(late)} ms at 99%`,
    wanted: `under ${wantedMs} ms, ${wantedDelayMs} ms`,
    ok: took < wantedMs && late < wantedDelayMs,
  }
}

/** A pool in which nobody is free. */
const nobody: QueuePool = {
  situation: () => ({
    candidates: [],
    policy: { strategy: 'least-busy', affinityStrength: 0.5, defaultInstanceId: null },
    growth: 0,
    mayStart: false,
  }),
  gate: { ask: () => ({ code: 'rate', words: 'Nobody begins anything here.', until: null }), forget: () => undefined },
  heldBy: () => null,
  fit: () => ({ among: null, makes: 'none', kind: null }),
  lacks: () => null,
  limitOfAll: () => null,
  limitedUntil: () => null,
  forgetLimits: () => undefined,
  waitsFor: () => 'Nobody begins anything here.',
  isFree: () => false,
  hasLease: () => false,
  hasProcess: () => false,
  reserve: () => () => undefined,
  wake: () => false,
  conversationOf: () => null,
  checkBudget: () => Promise.resolve(),
  knownTo: () => null,
  hasInstance: () => true,
  grow: () => Promise.resolve(null),
  conversationFor: (record: TaskRecord) => Promise.resolve(record.conversationId ?? ''),
  begin: () => Promise.reject(new Error('Nobody begins anything here.')),
  interrupt: () => Promise.resolve(),
  toolsOf: () => Promise.resolve([]),
}
