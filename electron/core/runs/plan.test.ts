import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecipeStep } from '../../../shared/domain/recipe.ts'
import { recipeSchema } from '../../../shared/domain/recipe.ts'
import { fold } from './fold.ts'
import { readEntry, runHeaderSchema, type Happening, type HappeningOf, type JournalEntry } from './journal-entry.ts'
import { next, type Action, type Now } from './plan.ts'
import { idsOf } from './run-ids.ts'
import { hasEnded, newRecord, type RunRecord } from './run-record.ts'

/** A run that goes on by chance: parts end as they like, people say what they like, and it may be read anew at any time. */
class Chances {
  readonly lines: string[] = []
  record: RunRecord
  clock = 0
  readonly #header

  constructor(steps: readonly Partial<RecipeStep>[], limits: object) {
    const recipe = recipeSchema.parse({ recipe: 'r', limits, steps })
    const cause = { kind: 'call' }
    const at = new Date(0).toISOString()
    const known = { type: 'run', version: 1, at, ms: 0, id: 'run_000000000001', inputs: {}, key: null, digest: '', depth: 0 }
    this.#header = runHeaderSchema.parse({ ...known, recipe, cause })
    this.record = newRecord(this.#header)
  }

  enter(happening: Happening): void {
    this.clock += 10
    const entry: JournalEntry = { ...happening, at: new Date(this.clock).toISOString(), ms: this.clock }
    this.lines.push(JSON.stringify(entry))
    fold(this.record, entry, { offset: this.lines.length, length: 1 })
  }

  actions(): Action[] {
    const now: Now = {
      atMs: this.clock,
      wallMs: this.clock,
      awakeMs: this.clock,
      above: null,
      isHeld: false,
      live: (id) => ({ costUsd: 0, turns: this.record.steps.get(id)?.running.size ?? 0 }),
    }
    return next(this.record, now)
  }

  /** The record as the journal alone gives it. */
  read(): RunRecord {
    const record = newRecord(this.#header)
    for (const [index, line] of this.lines.entries()) {
      const entry = readEntry(JSON.parse(line))
      if (!entry) throw new Error(`This line is none: ${line}`)
      fold(record, entry, { offset: index + 1, length: 1 })
    }
    return record
  }
}

function happeningOf(action: Action, run: RunRecord): Happening | null {
  if (action.do === 'wake' || action.do === 'stop' || action.do === 'consult') return null
  if (action.do === 'finish') return { type: 'finished', state: action.state, outputs: {}, error: action.error }
  const { step: id } = action
  const step = run.steps.get(id)
  if (action.do === 'end') return { type: 'ended', step: id, state: action.state, error: action.error }
  if (action.do === 'begin') {
    const due = step?.kind === 'wait' ? new Date(run.atMs + 50).toISOString() : undefined
    const items = step?.kind === 'each' ? [1, 2, 3] : undefined
    return { type: 'begun', step: id, items, question: step?.kind === 'gate' ? 'Go?' : undefined, due }
  }
  const unit = step?.units.get(action.unit)
  const attempt = unit === undefined || unit.attempt === 0 ? (step?.round ?? 0) * 100_000 + 1 : unit.attempt + 1
  const ask = { kind: 'turn' as const, text: 'x', worker: null, conversationId: null, forkOf: null, schema: null, priority: 5 }
  return { type: 'asked', step: id, unit: action.unit, attempt, ...idsOf(run.header.id, id, action.unit, attempt), ask }
}

const kinds: readonly Partial<RecipeStep>[] = [
  { ask: 'x' },
  { ask: 'x', onFailure: 'continue' },
  { ask: 'x', each: [1, 2, 3], concurrency: 2, retry: { times: 1, backoffSeconds: 0 } },
  { gate: 'Go?' },
  { wait: { seconds: 1 } },
  { state: { set: { a: 1 } } },
]
const ends = ['done', 'done', 'done', 'failed', 'needs-you', 'again', 'cancelled'] as const

const recipes = fc
  .array(fc.record({ kind: fc.constantFrom(...kinds), needs: fc.array(fc.nat(6), { maxLength: 2 }), chained: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((all) =>
    all.map(({ kind, needs, chained }, index) => {
      const before = [...new Set(needs.filter((need) => need < index))].map((need) => `s${need}`)
      return { id: `s${index}`, ...kind, ...(chained ? {} : { needs: before }) }
    }),
  )

const moves = fc.array(fc.record({ what: fc.nat(30), which: fc.nat(5), how: fc.constantFrom(...ends) }), { minLength: 20, maxLength: 80 })
const limits = fc.constantFrom({}, { turns: 3 }, { concurrency: 1 }, { costUsd: 0.03 })

test('nothing begins before what it needs has ended, nothing that ended begins again, and the journal alone gives the same', () => {
  fc.assert(
    fc.property(recipes, limits, moves, (steps, of, all) => {
      const run = new Chances(steps, of)
      const asked = new Set<string>()
      for (const move of all) {
        for (const action of run.actions()) checkAction(run.record, action)
        moveOn(run, move, asked)
        checkCounts(run.record)
      }
      expect({ ...run.read(), order: null }).toEqual({ ...run.record, order: null })
      expect(JSON.stringify(next(run.read(), nowOf(run)))).toBe(JSON.stringify(run.actions()))
    }),
    { numRuns: 60 },
  )
})

test('whatever happens, a run that is let go on comes to its end', () => {
  fc.assert(
    fc.property(recipes, limits, moves, (steps, of, all) => {
      const run = new Chances(steps, of)
      for (const move of all) moveOn(run, move, new Set())
      if (run.record.isPaused && !run.record.finished) run.enter({ type: 'control', control: 'resume' })
      for (let round = 0; round < 500 && !run.record.finished; round += 1) goOn(run)
      expect(run.record.finished).not.toBeNull()
    }),
    { numRuns: 60 },
  )
})

function nowOf({ clock, record }: Chances): Now {
  const live = (id: string) => ({ costUsd: 0, turns: record.steps.get(id)?.running.size ?? 0 })
  return { atMs: clock, wallMs: clock, awakeMs: clock, above: null, isHeld: false, live }
}

/** Everything goes well from now on. */
function goOn(run: Chances): void {
  const { record } = run
  for (const action of run.actions()) {
    const happening = happeningOf(action, record)
    if (happening) run.enter(happening)
  }
  for (const step of record.steps.values()) {
    for (const unit of step.running) run.enter(endOf(record, step.step.id, unit, 'done'))
    if (step.state === 'needs-you' && !step.verdict) run.enter({ type: 'decided', step: step.step.id, decision: { decision: 'skip' } })
  }
  run.clock += 100
}

function endOf(run: RunRecord, step: string, unit: string, state: (typeof ends)[number]): HappeningOf<'unit'> {
  const attempt = run.steps.get(step)?.units.get(unit)?.attempt ?? 0
  const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }
  const turns = [{ id: 'turn_000000000001', costUsd: 0.01, usage }]
  const error = state === 'failed' ? { code: 'BAD', message: 'No.' } : undefined
  return { type: 'unit', step, unit, attempt, state, text: 'said', error, turns, conversationId: null, instanceId: null }
}

function moveOn(run: Chances, { what, which, how }: { what: number; which: number; how: (typeof ends)[number] }, asked: Set<string>): void {
  const { record } = run
  const actions = run.actions().flatMap((action) => happeningOf(action, record) ?? [])
  const action = actions[which % Math.max(1, actions.length)]
  const running = [...record.steps.values()].flatMap((step) => [...step.running].map((unit) => ({ step: step.step.id, unit })))
  const part = running[which % Math.max(1, running.length)]
  const step = [...record.steps.values()][which % record.steps.size]
  if (what < 16 && action) {
    if (action.type === 'asked') {
      if (asked.has(action.taskId)) throw new Error(`${action.step} ${action.unit} is asked under ids that were used.`)
      asked.add(action.taskId)
    }
    run.enter(action)
  } else if (what < 26 && part) run.enter(endOf(record, part.step, part.unit, how))
  else if (what === 26 && !record.finished) run.enter({ type: 'control', control: record.isPaused ? 'resume' : 'pause' })
  else if (what === 27 && record.finished && record.finished.state !== 'done') run.enter({ type: 'control', control: 'retry' })
  else if (what === 28 && step?.state === 'needs-you') {
    const decision = step.kind === 'gate' ? ('approve' as const) : ('retry' as const)
    run.enter({ type: 'decided', step: step.step.id, decision: { decision } })
  } else if (what === 29 && which === 0 && !record.finished) run.enter({ type: 'control', control: 'cancel' })
  run.clock += 5
}

function checkAction(run: RunRecord, action: Action): void {
  if (action.do !== 'begin' && action.do !== 'ask') return
  const step = run.steps.get(action.step)
  if (!step) throw new Error('There is no such step.')
  expect(hasEnded(step)).toBe(false)
  for (const need of step.needs) {
    const state = run.steps.get(need)?.state
    const isOver = state === 'done' || state === 'skipped' || state === 'failed'
    expect([need, isOver]).toEqual([need, true])
  }
  const unit = action.do === 'ask' ? step.units.get(action.unit) : undefined
  expect(unit?.state ?? 'waiting').toBe('waiting')
}

function checkCounts(run: RunRecord): void {
  let spent = 0
  for (const step of run.steps.values()) {
    const states = [...step.units.values()].map(({ state }) => state)
    const count = (state: string) => states.filter((each) => each === state).length
    expect(step.running.size).toBe(count('running'))
    expect(step.counts).toEqual({
      needsYou: count('needs-you'),
      done: count('done'),
      failed: count('failed'),
      skipped: count('skipped'),
      cancelled: count('cancelled'),
    })
    spent += step.spent.turns
  }
  expect(run.spent.turns).toBe(spent)
}
