import { withEventMeta } from '@orpc/client'
import { expect, test, vi } from 'vitest'
import { sampleRun, sampleRunSummary, sampleStep } from '../../../e2e/support/sample-runs.ts'
import { at } from '../../../e2e/support/samples.ts'
import { patienceMs } from '../../../e2e/support/until.ts'
import type { Run, RunEvent, WholeStep } from '../../../shared/domain/run.ts'
import { RunFollower, withEvents, type RunCalls } from './run-follower.ts'

/** A core with one run: what it tells is pushed by the test. */
class Core {
  run: Run | null
  failing = 0
  asked: string[] = []
  #streams: { push: (event: RunEvent) => void; end: () => void }[] = []
  #seq = 0

  constructor(run: Run | null) {
    this.run = run
  }

  readonly calls: RunCalls = {
    get: async () => {
      this.asked.push('get')
      if (this.failing > 0) {
        this.failing -= 1
        throw new Error('lost')
      }
      return this.#known()
    },
    step: async ({ step }) => {
      this.asked.push(`step ${step}`)
      const found = this.#known().steps.find(({ id }) => id === step)
      if (!found) throw new Error('no step')
      return { ...found, prompt: null, asked: null } satisfies WholeStep
    },
    events: async (_, { signal, lastEventId }) => {
      this.asked.push(`events ${lastEventId ?? 'all'}`)
      this.#known()
      return this.#stream(signal, lastEventId === undefined)
    },
  }

  tell(event: Omit<Extract<RunEvent, { type: 'step' }>, 'seq'> | Omit<Extract<RunEvent, { type: 'run' }>, 'seq'>): void {
    this.#seq += 1
    for (const { push } of this.#streams) push({ ...event, seq: this.#seq })
  }

  /** The connection goes. */
  cut(): void {
    for (const { end } of this.#streams.splice(0)) end()
  }

  get readers(): number {
    return this.#streams.length
  }

  #known(): Run {
    if (!this.run) throw new Error('gone')
    return this.run
  }

  async *#stream(signal: AbortSignal | undefined, isFirst: boolean): AsyncGenerator<RunEvent, void, void> {
    const waiting: RunEvent[] = isFirst ? [{ type: 'sync', seq: this.#seq, run: this.#known() }] : []
    let wake = () => {}
    let isOver = false
    const reader = {
      push: (event: RunEvent) => {
        waiting.push(event)
        wake()
      },
      end: () => {
        isOver = true
        wake()
      },
    }
    this.#streams.push(reader)
    signal?.addEventListener('abort', reader.end)
    while (!isOver) {
      const next = waiting.shift()
      if (next) yield withEventMeta(next, { id: String(next.seq) })
      else await new Promise<void>((resolve) => (wake = resolve))
    }
    this.#streams = this.#streams.filter((one) => one !== reader)
  }
}

function follow(core: Core) {
  const follower = new RunFollower('run_000000000001', {
    calls: core.calls,
    opened: async () => {},
    explain: String,
    isGone: (thrown) => thrown instanceof Error && thrown.message === 'gone',
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  })
  const step = (id: string) => follower.store.getState().run?.steps.find((one) => one.id === id)
  return { follower, step, eventually: (check: () => void) => vi.waitFor(check, { timeout: patienceMs }) }
}

const done = sampleStep('find', { state: 'done', text: 'found', startedAt: at, endedAt: at })

test('a step that ends has its answer fetched, also when the screen came and went meanwhile', async () => {
  const core = new Core(sampleRun([sampleStep('find'), sampleStep('fix')]))
  const { follower, step, eventually } = follow(core)
  const stop = follower.start()
  await eventually(() => expect(step('find')?.state).toBe('waiting'))
  core.run = sampleRun([done, sampleStep('fix')])
  core.tell({ type: 'step', step: done })
  await eventually(() => expect(step('find')?.state).toBe('done'))
  stop()
  follower.start()
  await eventually(() => expect(step('find')?.text).toBe('found'))
  expect(core.asked.filter((call) => call === 'get')).toHaveLength(1)
})

test('what a run has put out is read once it has ended', async () => {
  const core = new Core(sampleRun([done]))
  const { follower, eventually } = follow(core)
  follower.start()
  await eventually(() => expect(follower.store.getState().run).not.toBeNull())
  core.run = sampleRun([done], { state: 'done', endedAt: at, outputs: { said: 'found' } })
  core.tell({ type: 'run', run: sampleRunSummary(1, { state: 'done', endedAt: at }) })
  await eventually(() => expect(follower.store.getState().run?.outputs).toEqual({ said: 'found' }))
  expect(core.asked.filter((call) => call === 'get')).toHaveLength(2)
})

test('a run that could not be read is read again, and one that is not there is asked for once', async () => {
  const core = new Core(sampleRun([sampleStep('find')]))
  core.failing = 2
  const { follower, step, eventually } = follow(core)
  const stop = follower.start()
  await eventually(() => expect(step('find')).toBeDefined())
  expect(follower.store.getState().problem).toBeNull()
  stop()
  const nothing = new Core(null)
  const other = follow(nothing)
  other.follower.start()
  await other.eventually(() => expect(other.follower.store.getState().problem).toContain('gone'))
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(nothing.asked).toEqual(['events all'])
})

test('after a lost connection it goes on from what was seen, and ends when nobody looks', async () => {
  const core = new Core(sampleRun([sampleStep('find')]))
  const { follower, step, eventually } = follow(core)
  const stop = follower.start()
  await eventually(() => expect(step('find')).toBeDefined())
  core.cut()
  await eventually(() => expect(core.asked.at(-1)).toBe('events 0'))
  core.tell({ type: 'step', step: sampleStep('find', { state: 'running', startedAt: at }) })
  await eventually(() => expect(step('find')?.state).toBe('running'))
  stop()
  await eventually(() => expect(core.readers).toBe(0))
})

test('what an event does not say stays; a step that runs again has no answer, a run that goes on no error', () => {
  const failed = { code: 'X', message: 'It failed.' }
  const run = sampleRun([done, sampleStep('fix')], { state: 'failed', error: failed, heldBy: 'The disk is full.' })
  const { output: _output, text: _text, consensus: _consensus, ...news } = done
  const summary = sampleRunSummary(1, { stepsEnded: 1 })
  const same = withEvents(run, [{ type: 'step', seq: 1, step: { ...news, costUsd: 1 } }])
  expect(same.steps[0]).toMatchObject({ text: 'found', costUsd: 1 })
  expect(same.steps[1]).toBe(run.steps[1])
  const again = withEvents(run, [
    { type: 'step', seq: 1, step: { ...news, state: 'running', endedAt: null } },
    { type: 'run', seq: 2, run: summary },
  ])
  expect(again.steps[0]).toMatchObject({ text: '', output: null })
  expect(again).toMatchObject({ state: 'running', stepsEnded: 1 })
  expect(again).not.toHaveProperty('error')
  expect(again).not.toHaveProperty('heldBy')
})
