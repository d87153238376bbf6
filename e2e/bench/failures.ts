import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { batchSchema, taskSchema, type Task } from '../../shared/domain/task.ts'
import { App } from '../support/app.ts'
import { until } from '../support/until.ts'
import { numberFrom, type Bench } from './figure.ts'
import { endedTasks } from './scripted.ts'
import { startModel } from './model.ts'

const instances = 4
const openSchema = z.object({ items: z.array(taskSchema) })

/** What goes wrong with every fifth task: overloaded for a while, refused for good, or its process killed before it has answered. */
const troubles = ['[529 3]', '[429]', '[529]', '[slow 2] [crash]']

/** Tasks of which a fifth meets trouble: each ends, done or failed with a reason, and none does its work twice. */
export const failures: Bench = async (note) => {
  const count = numberFrom('BENCH_TROUBLED', 200)
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  try {
    for (let index = 0; index < instances; index += 1)
      await app.api.spawn({ name: `Instance ${index}`, cwd: app.folders.work, allowedTools: ['Bash'], start: false })
    const texts = Array.from({ length: count }, (_, index) => promptOf(index))
    const kills = new Killer(app)
    await app.api.call(batchSchema, 'POST', '/tasks/batch', { texts, retryDelaySeconds: 1 })
    await until('every task to end', async () => (await kills.look()) === 0, 900_000)
    const ended = (await endedTasks(app)).filter(({ text }) => text.includes(' >> ran.txt'))
    const ran = await ranTimes(app)
    const unexplained = ended.filter(({ state, error }) => state !== 'done' && (state !== 'failed' || error === null)).length
    const twice = [...ran.values()].filter((times) => times > 1).length
    const lost = count - ended.length + ended.filter((task) => task.state === 'done' && !ran.has(nameOf(task))).length
    const done = ended.filter(({ state }) => state === 'done').length
    note(`${done} done, ${ended.length - done} failed: ${reasonsOf(ended)}; ${kills.killed.size} killed`)
    return [
      {
        name: `${count} tasks, a fifth of them in trouble`,
        measured: `${ended.length} ended, ${unexplained} unexplained, ${lost} lost, ${twice} twice`,
        wanted: 'all, 0, 0, 0',
        ok: ended.length === count && unexplained + lost + twice === 0,
        grave: lost + twice > 0,
      },
    ]
  } finally {
    await app.dispose()
    await model.close()
  }
}

/** Each task leaves a line of its own when it runs. */
function promptOf(index: number): string {
  const trouble = index % 5 === 0 ? ` ${troubles[(index / 5) % troubles.length]}` : ''
  return `Task ${index} [rate 0]${trouble} [bash: echo task-${index}- >> ran.txt]`
}

function nameOf({ text }: Task): string {
  return /echo (task-\d+-)/.exec(text)?.[1] ?? ''
}

async function ranTimes(app: App): Promise<Map<string, number>> {
  const lines = (await readFile(path.join(app.folders.work, 'ran.txt'), 'utf8')).split('\n').filter((line) => line !== '')
  return new Map([...Map.groupBy(lines, (line) => line)].map(([line, all]) => [line, all.length]))
}

function reasonsOf(tasks: readonly Task[]): string {
  const codes = Map.groupBy(
    tasks.flatMap(({ error, state }) => (state === 'failed' && error ? [error.code] : [])),
    (code) => code,
  )
  return [...codes].map(([code, all]) => `${code} ${all.length}`).join(', ')
}

/** Ends the process under each task that asks for it, once. */
class Killer {
  readonly #app: App
  readonly killed = new Set<string>()

  constructor(app: App) {
    this.#app = app
  }

  /** Answers how many tasks are open. */
  async look(): Promise<number> {
    const { items } = await this.#app.api.call(openSchema, 'GET', '/tasks?limit=1000')
    const due = items.filter(({ id, state, text }) => state === 'running' && text.includes('[crash]') && !this.killed.has(id))
    for (const { id, instanceId } of due) {
      const { process: running, state } = await this.#app.api.instance(instanceId ?? '')
      if (!running || state !== 'busy') continue
      this.killed.add(id)
      process.kill(running.pid, 'SIGKILL')
    }
    return items.length
  }
}
