import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { z } from 'zod'
import { runSchema, type Run } from '../../shared/domain/run.ts'
import { App, appEnv } from '../support/app.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { startModel } from './model.ts'
import { warmPool } from './pool.ts'
import { bundledClaude } from './raw-claude.ts'

const startedSchema = z.object({ id: z.string(), run: runSchema })
const instances = 4
const branches = 8
const stepsOfARun = 10
const slowSeconds = 2

type Model = Awaited<ReturnType<typeof startModel>>
type Place = { app: App; model: Model; instanceId: string }

/** What a step of a run costs beyond a message. */
export const runSteps: Bench = (note) => onWarmPool(1, note, ({ app, instanceId }) => stepCost(app, instanceId, note))

/** A pipeline of three against a shell loop. */
export const runPipelines: Bench = (note) => onWarmPool(1, note, ({ app, model }) => pipelines(app, model, note))

/** Branches beside each other against the best possible. */
export const runBranches: Bench = (note) => onWarmPool(instances, note, ({ app }) => eightBranches(app, note))

/** So many instances that have had a turn, and no others while it is measured. */
async function onWarmPool(count: number, note: (text: string) => void, measure: (place: Place) => Promise<Figure>): Promise<Figure[]> {
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  try {
    await app.api.raw('PATCH', '/pool', { max: count, spares: 0 })
    const [first] = await warmPool(app, count)
    if (!first) throw new Error('There is an instance.')
    note(`load ${loadavg().map(round).join(' ')} before`)
    return [await measure({ app, model, instanceId: first.instanceId })]
  } finally {
    await app.dispose()
    await model.close()
  }
}

/** Steps that go on in one conversation against messages sent to one, on the same instance by turns. */
async function stepCost(app: App, instanceId: string, note: (text: string) => void): Promise<Figure> {
  const steps: number[] = []
  const messages: number[] = []
  const conversation = await app.api.createConversation({ instanceId })
  await app.api.ask(conversation.id, 'Hello [rate 0]')
  for (let count = numberFrom('BENCH_RUNS', 10); count > 0; count -= 1) {
    steps.push(...(await stepTimes(app, instanceId)))
    // The instance comes back to the other conversation: that is not measured.
    await app.api.ask(conversation.id, 'Again [rate 0]')
    for (let index = 1; index < stepsOfARun; index += 1)
      messages.push(await timed(() => app.api.ask(conversation.id, 'Say something [rate 0]')))
  }
  note(`a step ${spread(steps, 'ms')}, a message ${spread(messages, 'ms')}`)
  const more = quantile(steps, 0.5) - quantile(messages, 0.5)
  return {
    name: 'a step of a run beyond a message',
    measured: `${round(more)} ms more at the median`,
    wanted: 'under 10 ms',
    ok: more < 10,
  }
}

/** From the end of each step to the end of the next. */
async function stepTimes(app: App, instanceId: string): Promise<number[]> {
  const step = (index: number) => ({ id: `s${index}`, ask: 'Say something [rate 0]', context: 'run', with: { instance: instanceId } })
  const { steps } = await runOf(
    app,
    Array.from({ length: stepsOfARun }, (_, index) => step(index)),
  )
  const ends = steps.map(({ endedAt }) => Date.parse(endedAt ?? ''))
  return ends.slice(1).map((end, index) => end - (ends[index] ?? Number.NaN))
}

/** Three prompts, each with the answer before it; the model takes no time of its own. */
async function pipelines(app: App, model: Model, note: (text: string) => void): Promise<Figure> {
  const ours: number[] = []
  const shell: number[] = []
  for (let count = numberFrom('BENCH_PIPELINES', 10); count > 0; count -= 1) {
    ours.push(await timed(() => runOf(app, pipeline)))
    shell.push(await timed(() => shellLoop(app, model)))
  }
  note(`a run ${spread(ours, 'ms')}, the loop ${spread(shell, 'ms')}`)
  const sooner = sum(shell) / sum(ours)
  return {
    name: 'pipeline of three, against a loop of claude -p',
    measured: `${round(sooner)} times sooner`,
    wanted: '4 times',
    ok: sooner >= 4,
  }
}

const pipeline = [
  { id: 'one', ask: 'First [rate 0]' },
  { id: 'two', ask: 'Second after {{ steps.one.text }} [rate 0]' },
  { id: 'three', ask: 'Third after {{ steps.two.text }} [rate 0]' },
]

async function shellLoop(app: App, model: Model): Promise<void> {
  let before = await claudeOnce(app, model, 'First [rate 0]')
  for (const word of ['Second', 'Third']) before = await claudeOnce(app, model, `${word} after ${before} [rate 0]`)
}

async function claudeOnce({ folders }: App, { env }: Model, prompt: string): Promise<string> {
  const child = spawn(bundledClaude(), ['-p', prompt], {
    cwd: folders.work,
    env: appEnv(folders, env),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const chunks: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  await once(child, 'close')
  const answer = chunks.join('').trim()
  if (child.exitCode !== 0 || answer === '') throw new Error(`claude -p ended with ${child.exitCode} and said “${answer}”.`)
  return answer
}

/** The best possible: two turns after each other, as one warm instance does them. */
async function eightBranches(app: App, note: (text: string) => void): Promise<Figure> {
  const ask = `Branch [slow ${slowSeconds}] [rate 0]`
  const alone: number[] = []
  const all: number[] = []
  for (let count = numberFrom('BENCH_BRANCHES', 3); count > 0; count -= 1) {
    alone.push(await timed(() => runOf(app, [{ id: 'alone', ask }])))
    const run = Array.from({ length: branches }, (_, index) => ({ id: `b${index}`, needs: [], ask }))
    all.push(await timed(() => runOf(app, run)))
  }
  const best = quantile(alone, 0.5) * (branches / instances)
  const over = quantile(all, 0.5) / best - 1
  note(`one alone ${spread(alone, 'ms')}, ${branches} over ${instances} ${spread(all, 'ms')}`)
  return {
    name: `${branches} branches over ${instances} instances`,
    measured: `${round(over * 100)}% over the best`,
    wanted: 'within 15%',
    ok: over <= 0.15,
  }
}

async function runOf(app: App, steps: readonly object[]): Promise<Run> {
  const { run } = await app.api.call(startedSchema, 'POST', '/runs', { definition: { recipe: 'measured', steps }, wait: true })
  if (run.state !== 'done') throw new Error(`A run ended as ${run.state}: ${run.error?.message}`)
  return run
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
