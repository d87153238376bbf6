import { afterEach, expect, test } from 'vitest'
import { RunLab, type Script } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

async function runOf(script: Script, recipe: string, more = {}) {
  lab = await RunLab.make(script)
  const id = await lab.start(recipe, more)
  await lab.until(id)
  return lab.store.get(id)
}

const answers: Script = (text) => {
  if (text.startsWith('List')) return { text: 'Here: ```json\n{"problems": ["a", "b", "c"]}\n```' }
  if (text.includes('Ship it?')) return { text: '{"choice": "ship", "reason": "fine"}' }
  return { text: `did ${text}` }
}

const review = `
recipe: review
inputs: { base: { default: main } }
steps:
  - id: find
    ask: "List the problems since {{ inputs.base }}."
    schema: { type: object, required: [problems], properties: { problems: { type: array, items: { type: string } } } }
  - id: fix
    each: "{{ steps.find.output.problems }}"
    ask: "Fix {{ index }}: {{ item }}"
    state: { set: { fixed: "{{ steps.find.output.problems | size }}" } }
  - id: verdict
    consensus: { ask: "Ship it?", options: [ship, hold], voters: 3, quorum: 2 }
  - id: go
    if: "{{ steps.verdict.output.decision == 'ship' }}"
    gate: "Apply {{ state.fixed }} fixes?"
  - id: report
    ask: "Report {{ steps.fix.texts | join: ', ' }} ({{ steps.go.message }})"
outputs: { summary: "{{ steps.report.text }}" }
`

test('a pipeline with an answer that has to fit, a fan-out, a vote and a gate', async () => {
  lab = await RunLab.make(answers)
  const id = await lab.start(review)
  const { needs } = await lab.until(id, ({ state }) => state === 'needs-you')
  expect(needs).toEqual(['go'])
  expect((await lab.store.get(id)).steps[3]?.need).toMatchObject({ kind: 'gate', text: 'Apply 3 fixes?' })
  await lab.store.decide(id, 'go', { decision: 'approve', message: 'yes' })
  const { state, turns, costUsd } = await lab.until(id)
  expect({ state, turns }).toEqual({ state: 'done', turns: 8 })
  expect(costUsd).toBeCloseTo(0.08)
  const run = await lab.store.get(id)
  expect(run.outputs).toEqual({ summary: 'did Report did Fix 0: a, did Fix 1: b, did Fix 2: c (yes)' })
  expect(run.steps.map((step) => step.state)).toEqual(['done', 'done', 'done', 'done', 'done'])
  expect(run.steps[2]?.consensus).toMatchObject({ decision: 'ship', answers: 3, agreement: 1 })
  expect(new Set(run.steps.flatMap(({ turnIds }) => turnIds))).toEqual(new Set(lab.pool.turns.keys()))
  const { items } = await lab.store.items(id, 'fix', { limit: 2 })
  expect(items.map(({ label, state: itemState, text }) => [label, itemState, text])).toEqual([
    ['a', 'done', 'did Fix 0: a'],
    ['b', 'done', 'did Fix 1: b'],
  ])
})

test('the same key is the same run; with another body it is refused', async () => {
  lab = await RunLab.make(answers)
  const recipe = 'recipe: r\ninputs: { a: { default: x } }\nsteps: [{ id: s, ask: "{{ inputs.a }}" }]'
  const ids = await Promise.all([1, 2, 3].map(() => lab.start(recipe, { key: 'k' })))
  expect(new Set(ids).size).toBe(1)
  await lab.until(ids[0] ?? '')
  await lab.restart()
  expect(await lab.start(recipe, { key: 'k' })).toBe(ids[0])
  await expect(lab.start(recipe, { key: 'k', inputs: { a: 'y' } })).rejects.toThrow('stands for a run with another recipe')
  await expect(lab.start(recipe, { inputs: { b: 'y' } })).rejects.toThrow('no input “b”')
  expect(lab.prompts).toEqual(['x'])
})

test('only the failed parts are done again, and what came after them', async () => {
  let isBroken = true
  lab = await RunLab.make((text) =>
    isBroken && text === 'do 2' ? { outcome: 'failed', error: { code: 'BAD', message: 'No.' } } : { text },
  )
  const id = await lab.start(`
recipe: r
steps:
  - { id: all, each: [1, 2, 3], ask: "do {{ item }}", onFailure: continue }
  - { id: after, ask: "after {{ steps.all.texts | join: '+' }}" }`)
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect((await lab.store.get(id)).steps[0]).toMatchObject({ state: 'failed', items: { done: 2, failed: 1 } })
  isBroken = false
  await lab.store.decide(id, 'all', { decision: 'retry' })
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect(lab.prompts).toEqual(['do 1', 'do 2', 'do 3', 'after do 1+do 3', 'do 2', 'after do 1+do 2+do 3'])
})

test('a failed step ends the run; it goes on from there, or without it', async () => {
  let isBroken = true
  const script: Script = (text) => (isBroken && text === 'b' ? { outcome: 'failed', error: { code: 'BAD', message: 'No.' } } : { text })
  const recipe = 'recipe: r\nsteps: [{ id: a, ask: a }, { id: b, ask: b, retry: { times: 1, backoffSeconds: 0 } }, { id: c, ask: c }]'
  const run = await runOf(script, recipe)
  expect(run).toMatchObject({ state: 'failed', error: { code: 'BAD' } })
  expect(run.steps.map(({ state }) => state)).toEqual(['done', 'failed', 'cancelled'])
  isBroken = false
  await lab.store.control(run.id, 'retry')
  expect(await lab.until(run.id)).toMatchObject({ state: 'done' })
  expect(lab.prompts).toEqual(['a', 'b', 'b', 'b', 'c'])
  await expect(lab.store.control(run.id, 'retry')).rejects.toThrow('Nothing of this run has failed')
  isBroken = true
  const other = await lab.start(recipe)
  await lab.until(other)
  await lab.store.decide(other, 'b', { decision: 'skip' })
  expect(await lab.until(other)).toMatchObject({ state: 'done' })
})

test('a rejected gate fails its step; a condition that is not so skips it', async () => {
  lab = await RunLab.make(answers)
  const id = await lab.start('recipe: r\nsteps: [{ id: a, if: "no", ask: a }, { id: g, gate: Go? }, { id: b, ask: b }]')
  await lab.until(id, ({ state }) => state === 'needs-you')
  await expect(lab.store.decide(id, 'b', { decision: 'approve' })).rejects.toThrow('asks nothing now')
  await lab.store.decide(id, 'b', { decision: 'edit', prompt: 'better b' })
  await lab.store.decide(id, 'g', { decision: 'reject', message: 'not yet' })
  expect(await lab.until(id)).toMatchObject({ state: 'failed', error: { code: 'GATE_REJECTED' } })
  await lab.store.decide(id, 'g', { decision: 'retry' })
  await lab.until(id, ({ state }) => state === 'needs-you')
  await lab.store.decide(id, 'g', { decision: 'approve' })
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect(lab.prompts).toEqual(['better b'])
})

test('an answer that does not fit is asked for again in the same conversation, three times in all', async () => {
  let asked = 0
  const script: Script = () => ({ text: (asked += 1) === 2 ? '{"n": 1}' : 'no idea' })
  const recipe = 'recipe: r\nsteps: [{ id: a, ask: a, schema: { type: object, required: [n] } }]'
  const run = await runOf(script, recipe)
  expect(run.steps[0]).toMatchObject({ state: 'done', output: { n: 1 }, attempts: 2 })
  expect(new Set([...lab.pool.records.values()].map(({ conversationId }) => conversationId)).size).toBe(1)
  expect(lab.prompts[1]).toContain('does not fit')
  const other = await lab.start(recipe)
  expect(await lab.until(other)).toMatchObject({ state: 'failed', error: { code: 'ANSWER_MISFIT' }, turns: 3 })
})

test('too few answers decide nothing', async () => {
  const run = await runOf(
    () => ({ outcome: 'failed', error: { code: 'BAD', message: 'No.' } }),
    'recipe: r\nsteps: [{ id: v, consensus: { ask: Ship?, options: [a, b], voters: 2 } }]',
  )
  expect(run).toMatchObject({ state: 'failed', error: { code: 'NO_QUORUM' } })
  expect(run.steps[0]?.consensus).toMatchObject({ decision: null, undecided: 'no-quorum' })
})
