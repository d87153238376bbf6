import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { runSchema, runSummarySchema } from '../../shared/domain/run.ts'
import { triggerSchema } from '../../shared/domain/trigger.ts'
import { App } from '../support/app.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'

const most = { times: 100, hooks: 50, files: 300 }
const groups = 100

/** What starts a run by itself, through the whole app: from the time, the call and the file until the first step of the run has begun. */
export const triggersLive: Bench = async (note) => {
  const app = await App.start()
  try {
    await app.api.raw('POST', '/recipes', { text: 'recipe: mine\nsteps: [{ id: a, state: { set: { seen: 1 } } }]' })
    const measured = [figure('time due → step begins', await timesDue(app), most.times)]
    measured.push(figure('hook called → step begins', await hooksCalled(app), most.hooks))
    measured.push(figure('file changed → step begins', await filesChanged(app, app.folders.work), most.files))
    const large = await largeFolder(app, note)
    const pauses = pausesOf(app)
    measured.push(figure('the same, 100,000 files there', await filesChanged(app, large), most.files))
    const longest = Math.max(...(await pauses.end()))
    measured.push({
      name: 'the same: longest time without an answer of the app',
      measured: `${round(longest)} ms`,
      wanted: 'under 100 ms',
      ok: longest < 100,
    })
    return measured
  } finally {
    await app.dispose()
  }
}

function figure(name: string, times: readonly number[], wanted: number): Figure {
  return { name, measured: spread(times, 'ms'), wanted: `95% under ${wanted} ms`, ok: quantile(times, 0.95) < wanted }
}

const runsSchema = z.object({ items: z.array(runSummarySchema) })
const madeSchema = triggerSchema.extend({ secret: z.string().nullable() })

/** A trigger of the recipe; `next` waits for its next run, and answers when the first step of that began. */
async function triggerOf(app: App, on: object) {
  const { id, secret } = await app.api.call(madeSchema, 'POST', '/triggers', { name: 'Mine', recipe: 'mine', on })
  const seen = new Set<string>()
  const look = async () => {
    const { items } = await app.api.call(runsSchema, 'GET', '/runs?limit=10')
    return items.find((run) => run.endedAt !== null && !seen.has(run.id))
  }
  const next = async (): Promise<number> => {
    const run = await until('the run', look)
    seen.add(run.id)
    const { steps } = await app.api.call(runSchema, 'GET', `/runs/${run.id}`)
    return Date.parse(steps[0]?.startedAt ?? '')
  }
  /** Runs that are there already do not count. */
  const forget = async (): Promise<void> => {
    const { items } = await app.api.call(runsSchema, 'GET', '/runs?limit=200')
    for (const run of items) seen.add(run.id)
  }
  await forget()
  return { id, secret: secret ?? '', next, forget, remove: () => app.api.raw('DELETE', `/triggers/${id}`) }
}

async function timesDue(app: App): Promise<number[]> {
  const trigger = await triggerOf(app, { kind: 'time', cron: '*/2 * * * * *' })
  const late: number[] = []
  for (let count = numberFrom('BENCH_TIMES', 30); count > 0; count -= 1) late.push((await trigger.next()) % 2_000)
  await trigger.remove()
  return late
}

async function hooksCalled(app: App): Promise<number[]> {
  const trigger = await triggerOf(app, { kind: 'hook' })
  const took: number[] = []
  for (let count = numberFrom('BENCH_HOOKS', 100); count > 0; count -= 1) {
    const body = JSON.stringify({ action: 'opened', text: 'x'.repeat(5_000) })
    const [id, at] = [`msg_${count}`, new Date()]
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(trigger.secret).sign(id, at, body),
    }
    const began = Date.now()
    await fetch(`${app.url}/hooks/${trigger.id}`, { method: 'POST', headers, body })
    took.push((await trigger.next()) - began)
  }
  await trigger.remove()
  return took
}

async function filesChanged(app: App, folder: string): Promise<number[]> {
  const trigger = await triggerOf(app, { kind: 'files', folder, glob: '**/*.md' })
  // The first change that is seen says that everything is watched.
  const timer = setInterval(() => void writeFile(path.join(folder, 'first.md'), String(Date.now())), 2_000)
  await trigger.next()
  clearInterval(timer)
  // A change of before is over.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  await trigger.forget()
  const took: number[] = []
  for (let count = numberFrom('BENCH_FILES', 40); count > 0; count -= 1) {
    const at = Date.now()
    await writeFile(path.join(folder, `${count}.md`), String(count))
    took.push((await trigger.next()) - at)
  }
  await trigger.remove()
  return took
}

async function largeFolder(app: App, note: (text: string) => void): Promise<string> {
  const folder = path.join(app.folders.root, 'large')
  for (let group = 0; group < groups; group += 1) {
    const inside = path.join(folder, String(group))
    await mkdir(inside, { recursive: true })
    await Promise.all(Array.from({ length: 100_000 / groups }, (_, index) => writeFile(path.join(inside, `${index}.txt`), '')))
  }
  note('100,000 files are there')
  return folder
}

/** How long the app takes to answer, asked all the time. */
function pausesOf(app: App): { end: () => Promise<number[]> } {
  const took: number[] = []
  let isOver = false
  const asked = (async () => {
    while (!isOver) {
      const { ms } = await app.api.raw('GET', '/health')
      took.push(ms)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  return {
    end: async () => {
      isOver = true
      await asked
      return took
    },
  }
}
