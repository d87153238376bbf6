import { afterEach, expect, test } from 'vitest'
import { isErrorCode, toAppError } from '../../../shared/app-error.ts'
import { recipeSchema } from '../../../shared/domain/recipe.ts'
import type { Run, StepDecision } from '../../../shared/domain/run.ts'
import { RunLab, type Script } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

const controls = ['pause', 'resume', 'cancel', 'retry'] as const
const decisions: readonly StepDecision[] = [
  { decision: 'approve' },
  { decision: 'reject' },
  { decision: 'retry' },
  { decision: 'retry', index: 7 },
  { decision: 'skip' },
  { decision: 'done' },
  { decision: 'edit', prompt: 'other' },
]
const recipe = `
recipe: r
steps:
  - { id: failed, needs: [], ask: fail, onFailure: continue }
  - { id: done, needs: [], ask: x }
  - { id: skipped, needs: [], if: "no", ask: x }
  - { id: running, needs: [], ask: endless }
  - { id: many, needs: [], each: [endless 1, x], ask: "{{ item }}" }
  - { id: gate, needs: [], gate: Go? }
  - { id: event, needs: [], wait: { event: ready } }
  - { id: waiting, needs: [gate], ask: endless 2 }`
const script: Script = (text) => {
  if (text.startsWith('endless')) return null
  return text === 'fail' ? { outcome: 'failed', error: { code: 'BAD', message: 'No.' } } : { text }
}

/** A run with a step in each state that there is. */
async function begun(): Promise<Run> {
  const id = await lab.start(recipe)
  while (lab.pool.running.size < 2) await new Promise((resolve) => setImmediate(resolve))
  await lab.until(id, ({ stepsEnded, needs }) => stepsEnded === 3 && needs.length === 2)
  return lab.store.get(id)
}

/** The code of the refusal, which is a sentence for the user; null: it was done. Throws what is none. */
async function refusal(saying: Promise<unknown>): Promise<string | null> {
  try {
    await saying
    return null
  } catch (thrown) {
    const { code, message } = toAppError(thrown)
    if (!isErrorCode(code) || code === 'INTERNAL' || !message.endsWith('.')) throw thrown
    return code
  }
}

test('whatever is said of a run twice, at any moment, is done once and refused in words, and the run comes to its end', async () => {
  lab = await RunLab.make(script)
  for (const control of controls) {
    const { id } = await begun()
    const answers = await Promise.all([1, 2].map(() => refusal(lab.store.control(id, control))))
    expect([control, answers]).toEqual([control, [control === 'resume' ? 'STATE_CONFLICT' : null, 'STATE_CONFLICT']])
    await endAll(id)
  }
  const { id } = await begun()
  await lab.store.control(id, 'cancel')
  expect(await lab.until(id)).toMatchObject({ state: 'cancelled' })
  for (const control of ['pause', 'resume', 'cancel'] as const) expect(await refusal(lab.store.control(id, control))).toBe('STATE_CONFLICT')
  expect(await refusal(lab.store.control(id, 'retry', 'done'))).toBe('STATE_CONFLICT')
  expect(await refusal(lab.store.control(id, 'retry', 'nobody'))).toBe('NOT_FOUND')
  for (const control of controls) expect(await refusal(lab.store.control('run_000000000000', control))).toBe('NOT_FOUND')
})

test('whatever is said of a step twice, at any moment, is done once and refused in words, and the run comes to its end', async () => {
  lab = await RunLab.make(script)
  const taken = new Map<string, string[]>()
  for (const decision of decisions) {
    const { id, steps } = await begun()
    for (const { id: step } of steps) {
      const answers = await Promise.all([1, 2].map(() => refusal(lab.store.decide(id, step, decision))))
      const isRepeatable = decision.decision === 'edit' && step === 'waiting'
      expect([step, decision, answers.at(-1)]).toEqual([step, decision, isRepeatable ? null : 'STATE_CONFLICT'])
      if (answers[0] === null) taken.set(step, [...(taken.get(step) ?? []), decision.decision])
    }
    expect(await refusal(lab.store.decide(id, 'nobody', decision))).toBe('NOT_FOUND')
    await endAll(id)
    for (const { id: step } of steps) await refusal(lab.store.decide(id, step, decision))
    if ((await lab.store.get(id)).endedAt === null) await endAll(id)
  }
  expect(Object.fromEntries(taken)).toEqual({
    failed: ['retry', 'skip', 'done'],
    running: ['skip', 'done'],
    many: ['skip', 'done'],
    gate: ['approve', 'reject', 'skip', 'done'],
    event: ['skip', 'done'],
    waiting: ['skip', 'done', 'edit'],
  })
})

/** Lets everything that is left of a run come to its end. */
async function endAll(id: string): Promise<void> {
  await refusal(lab.store.control(id, 'resume'))
  await refusal(lab.store.control(id, 'cancel'))
  await lab.until(id)
  expect(lab.pool.running.size).toBe(0)
  expect(lab.faults).toEqual([])
}

test('a run that is being cancelled is not tried again before it has ended', async () => {
  lab = await RunLab.make(script)
  const { id } = await begun()
  const answers = await Promise.all([refusal(lab.store.control(id, 'cancel')), refusal(lab.store.control(id, 'retry'))])
  expect(answers).toEqual([null, 'STATE_CONFLICT'])
  expect(await lab.until(id)).toMatchObject({ state: 'cancelled' })
})

test('another prompt that could not be filled in is refused, and the step keeps its own', async () => {
  lab = await RunLab.make(script)
  const { id } = await begun()
  for (const [prompt, words] of [
    ['{{ broken', 'not closed'],
    ['{{ steps.nobody.text }}', 'There is no step “nobody”'],
    ['{{ steps.running.text }}', 'may not have ended by then'],
    ['{{ item }}', 'only in a step with “each”'],
    [' ', 'is empty'],
  ] as const) {
    const refused = lab.store.decide(id, 'waiting', { decision: 'edit', prompt })
    await expect(refused).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      data: { field: 'prompt' },
      message: expect.stringContaining(words) as unknown,
    })
  }
  await lab.store.decide(id, 'waiting', { decision: 'edit', prompt: 'after {{ steps.gate.message }}' })
  await lab.store.decide(id, 'gate', { decision: 'approve', message: 'yes' })
  await lab.until(id, ({ stepsEnded }) => stepsEnded === 5)
  expect(lab.prompts).toContain('after yes')
})

test('a prompt that is empty once it is filled in fails its step, and nobody is asked', async () => {
  lab = await RunLab.make(script)
  const id = await lab.start('recipe: r\ninputs: { a: { required: false } }\nsteps: [{ id: a, ask: "{{ inputs.a }}" }]')
  expect(await lab.until(id)).toMatchObject({ state: 'failed', error: { code: 'BAD_REQUEST' } })
  expect((await lab.store.get(id)).error?.message).toMatch(/is empty once it is filled in/)
  expect(lab.prompts).toEqual([])
})

test('a run keeps the recipe that it began with, also after a restart', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const id = await lab.start('recipe: mine\nsteps: [{ id: w, wait: { event: go } }, { id: a, ask: old }]')
  await lab.until(id, ({ state }) => state === 'needs-you')
  lab.recipe('recipe: mine\nsteps: [{ id: w, ask: new }]')
  await lab.restart()
  await lab.store.decide(id, 'w', { decision: 'done' })
  expect(await lab.until(id)).toMatchObject({ state: 'done', stepsTotal: 2 })
  expect(lab.prompts).toEqual(['old'])
})

test('a run of five thousand steps comes to its end, also after a restart', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const skipped = Array.from({ length: 4_998 }, (_, index) => ({ id: `s${index}`, needs: [], if: 'no', ask: 'x' }))
  const last = [
    { id: 'event', wait: { event: 'go' } },
    { id: 'last', ask: 'after {{ steps.s4997.state }}' },
  ]
  const many = recipeSchema.parse({ recipe: 'r', steps: [...skipped, ...last] })
  const id = await lab.store.start({ recipe: many, cause: { kind: 'call' } })
  await lab.until(id, ({ stepsEnded }) => stepsEnded === 4_998)
  await lab.restart()
  await lab.store.decide(id, 'event', { decision: 'done' })
  expect(await lab.until(id)).toMatchObject({ state: 'done', stepsTotal: 5_000 })
  expect(lab.prompts).toEqual(['after skipped'])
})
