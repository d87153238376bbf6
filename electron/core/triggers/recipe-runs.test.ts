import { afterEach, describe, expect, it } from 'vitest'
import type { RunCause, RunSummary } from '../../../shared/domain/run.ts'
import { RunLab } from '../runs/runs-fixtures.ts'
import { checkRecipeInputs } from './recipe-inputs.ts'
import { RecipeRuns } from './recipe-runs.ts'

const labs: RunLab[] = []
afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.remove()
})

const gate = 'recipe: work\nsteps:\n  - id: ok\n    gate: Go on?'
const cause: RunCause = { kind: 'trigger', triggerId: 'trig_000000000001', firingId: 'fire_000000000001' }

async function open(...texts: string[]) {
  const listeners = new Set<(run: RunSummary) => void>()
  const onRun = (run: RunSummary): void => {
    if (run.endedAt !== null) for (const listener of listeners) listener(run)
  }
  const lab = await RunLab.make(() => ({ text: 'yes' }), { onRun })
  labs.push(lab)
  for (const text of texts) lab.recipe(text)
  const find = (id: string) => lab.store.list({ limit: 1_000 }).items.find((run) => run.id === id)
  const starter = new RecipeRuns({
    recipe: (name) => {
      const recipe = lab.recipes.get(name)
      return recipe ? Promise.resolve(recipe) : Promise.reject(new Error(`There is no recipe ${name}.`))
    },
    runs: {
      start: (run) => lab.store.start(run),
      startedWith: (key) => lab.store.startedWith(key),
      find,
      ended: () => lab.store.list({ limit: 1_000, states: ['done', 'failed', 'cancelled'] }).items,
      cancel: (id) => lab.store.control(id, 'cancel'),
      onEnded: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  })
  return { lab, starter }
}

const order = { recipe: 'work', inputs: {}, trigger: { kind: 'click' }, key: 'fire_000000000001', cause }

describe('runs of recipes by name', () => {
  it('the same key answers the same run, also where the recipe has changed or is gone', async () => {
    const { lab, starter } = await open(gate)
    const first = await starter.start(order)
    lab.recipe(gate.replace('Go on?', 'Really?'))
    expect(await starter.start(order)).toEqual(first)
    lab.recipes.clear()
    expect(await starter.start(order)).toEqual(first)
    await expect(starter.start({ ...order, key: 'fire_000000000002' })).rejects.toThrow('There is no recipe work.')
    expect(starter.endOf(first.id)).toBeNull()
    expect(starter.endOf('run_000000000000')).toBe('unknown')
  })

  it('what has happened reaches the templates of the recipe', async () => {
    const { lab, starter } = await open('recipe: work\nsteps:\n  - id: say\n    ask: "Look at {{ trigger.paths | join: \' and \' }}."')
    const ended = Promise.withResolvers<unknown>()
    starter.onEnded((end) => ended.resolve(end.outcome))
    await starter.start({ ...order, trigger: { paths: ['a.md', 'b.md'] } })
    expect(await ended.promise).toBe('done')
    expect(lab.prompts).toEqual(['Look at a.md and b.md.'])
  })

  it('a cancelled one is over when that is answered, and its end is told', async () => {
    const { starter } = await open(gate)
    const told: unknown[] = []
    starter.onEnded((end) => told.push(end))
    const { id } = await starter.start(order)
    await Promise.all([starter.cancel(id), starter.cancel(id)])
    await starter.cancel(id)
    expect(starter.endOf(id)).toBe('cancelled')
    expect(told).toMatchObject([{ id, recipe: 'work', cause, origin: cause, outcome: 'cancelled' }])
    expect([...starter.recentEnds()]).toMatchObject([{ id, outcome: 'cancelled' }])
  })

  it('one that is nested in another has what started that as its origin', async () => {
    const { starter } = await open(
      'recipe: inner\nsteps:\n  - id: say\n    ask: Hello',
      'recipe: outer\nsteps:\n  - id: nest\n    run: inner',
    )
    const ended = Promise.withResolvers<unknown>()
    starter.onEnded((end) => end.recipe === 'inner' && ended.resolve(end))
    await starter.start({ ...order, recipe: 'outer' })
    expect(await ended.promise).toMatchObject({ recipe: 'inner', cause: { kind: 'run', stepId: 'nest' }, origin: cause, outcome: 'done' })
  })
})

describe('inputs of a trigger', () => {
  const recipe = { inputs: { folder: { type: 'folder' as const }, times: { type: 'number' as const, default: 1 }, what: null } }

  it('are checked as far as they are known', () => {
    expect(() => checkRecipeInputs(recipe, { folder: '/x', what: '{{ trigger.paths }}', times: '{{ trigger.count }}' })).not.toThrow()
    expect(() => checkRecipeInputs(recipe, { folder: '/x' })).toThrow('The input “what” is missing')
    expect(() => checkRecipeInputs(recipe, { folder: '/x', what: 'a', times: 'many' })).toThrow('“times” is a number')
    expect(() => checkRecipeInputs(recipe, { folder: '/x', what: 'a', tmes: '{{ trigger.count }}' })).toThrow('Did you mean “times”?')
  })
})
