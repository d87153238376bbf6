import path from 'node:path'
import { z } from 'zod'
import { taskSchema, type Task } from '../../shared/domain/task.ts'
import type { Instance } from '../../shared/domain/instance.ts'
import { App, makeFolders } from '../support/app.ts'
import { until } from '../support/until.ts'

const program = path.resolve(import.meta.dirname, '..', 'fixtures', 'claude-scripted.ts')
const pageSchema = z.object({ items: z.array(taskSchema), nextCursor: z.string().nullable() })

/** The app with a stand-in for Claude Code that takes no processor time of its own, so that the pool is what is measured. */
export async function startScripted(): Promise<App> {
  return App.start({ folders: await makeFolders(), settings: { claudePath: program } })
}

/** Idle instances, one for each time that a turn takes. */
export async function instancesOf(app: App, turnMs: readonly number[]): Promise<Instance[]> {
  const made: Instance[] = []
  for (const [index, ms] of turnMs.entries()) {
    const { id } = await app.api.spawn({ name: `Instance ${index + 1}`, cwd: app.folders.work, env: { TURN_MS: String(ms) } })
    made.push(await app.api.instanceWhen(id, 'it to be idle', ({ state }) => state === 'idle', 60_000))
  }
  return made
}

/** All tasks that have ended, the newest first. */
export async function endedTasks(app: App): Promise<Task[]> {
  const found: Task[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: z.infer<typeof pageSchema> = await app.api.call(
      pageSchema,
      'GET',
      `/tasks?state=ended&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    found.push(...page.items)
    cursor = page.nextCursor
  }
  return found
}

/** Waits until nothing waits or runs any more. */
export async function queueEmpty(app: App, timeoutMs: number): Promise<void> {
  const counts = z.object({ waiting: z.int(), running: z.int() })
  await until(
    'the queue to be empty',
    async () => {
      const { waiting, running } = await app.api.call(counts, 'GET', '/queue')
      return waiting + running === 0
    },
    timeoutMs,
  )
}
