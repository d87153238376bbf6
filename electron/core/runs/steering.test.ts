import { afterEach, expect, test } from 'vitest'
import { RunLab, type Script } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

const endless: Script = (text) => (text.startsWith('endless') ? null : { text })

async function begun(count: number): Promise<void> {
  while (lab.pool.running.size < count) await new Promise((resolve) => setImmediate(resolve))
}

test('paused: what runs ends, nothing begins', async () => {
  lab = await RunLab.make(endless)
  const id = await lab.start('recipe: r\nsteps: [{ id: a, ask: endless a }, { id: b, ask: b }]')
  await begun(1)
  await lab.store.control(id, 'pause')
  lab.pool.say(lab.pool.begun[0]?.id ?? '', { text: 'a' })
  expect(await lab.until(id, ({ stepsEnded }) => stepsEnded === 1)).toMatchObject({ state: 'paused' })
  await lab.restart()
  expect(lab.prompts).toEqual(['endless a'])
  await expect(lab.store.control(id, 'pause')).rejects.toThrow('paused already')
  await lab.store.control(id, 'resume')
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
})

test('cancelled: all that it started ends, nested runs too', async () => {
  lab = await RunLab.make(endless)
  lab.recipe('recipe: inner\ninputs: { n: {} }\nsteps: [{ id: deep, ask: "endless {{ inputs.n }}" }]')
  const id = await lab.start(`
recipe: outer
steps:
  - { id: many, needs: [], each: [1, 2], run: inner, inputs: { n: "{{ item }}" } }
  - { id: own, needs: [], ask: endless own }`)
  await begun(3)
  await lab.store.control(id, 'cancel')
  expect(await lab.until(id)).toMatchObject({ state: 'cancelled' })
  expect(lab.pool.running.size).toBe(0)
  expect(lab.store.list({ limit: 10 }).items.map(({ recipe, state }) => [recipe, state])).toEqual(
    expect.arrayContaining([
      ['inner', 'cancelled'],
      ['inner', 'cancelled'],
      ['outer', 'cancelled'],
    ]),
  )
  await expect(lab.store.control(id, 'cancel')).rejects.toThrow('has ended')
})

test('what is said at the moment at which a run ends is heard', async () => {
  lab = await RunLab.make(endless)
  for (let time = 0; time < 5; time += 1) {
    const id = await lab.start('recipe: r\nsteps: [{ id: a, wait: { event: go } }]')
    await lab.store.control(id, 'cancel')
    while ((await lab.store.get(id)).state !== 'cancelled') await new Promise((resolve) => setImmediate(resolve))
    const retry = () => lab.store.control(id, 'retry')
    const both = await Promise.allSettled([lab.store.control(id, 'pause'), retry(), retry()])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
    await lab.store.decide(id, 'a', { decision: 'done', output: 1 })
    expect(await lab.until(id)).toMatchObject({ state: 'done' })
  }
})

test('a paused run holds what is nested in it', async () => {
  lab = await RunLab.make(endless)
  lab.recipe('recipe: inner\nsteps: [{ id: a, ask: endless a }, { id: b, ask: b }]')
  const id = await lab.start('recipe: outer\nsteps: [{ id: i, run: inner }]')
  await begun(1)
  await lab.store.control(id, 'pause')
  lab.pool.say(lab.pool.begun[0]?.id ?? '', { text: 'a' })
  const inner = lab.store.list({ limit: 1, recipe: 'inner' }).items[0]?.id ?? ''
  await lab.until(inner, ({ stepsEnded }) => stepsEnded === 1)
  await lab.restart()
  expect(lab.prompts).toEqual(['endless a'])
  await lab.store.control(id, 'resume')
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
})

test('nested runs give their outputs, and count for what is around them; six deep is refused', async () => {
  lab = await RunLab.make((text) => ({ text: `did ${text}` }))
  lab.recipe('recipe: inner\ninputs: { n: {} }\nsteps: [{ id: a, ask: "{{ inputs.n }}" }]\noutputs: { said: "{{ steps.a.text }}" }')
  const id = await lab.start(
    'recipe: outer\nsteps: [{ id: i, each: [x, y], run: inner, inputs: { n: "{{ item }}" } }, { id: b, ask: "{{ steps.i.outputs[1].said }}" }]',
  )
  expect(await lab.until(id)).toMatchObject({ state: 'done', turns: 3, costUsd: 0.03 })
  // The two begin side by side.
  expect(lab.prompts.slice(0, 2).toSorted()).toEqual(['x', 'y'])
  expect(lab.prompts.slice(2)).toEqual(['did y'])
  lab.recipe('recipe: deep\nsteps: [{ id: a, ask: x }]')
  lab.recipes.set('deep', { ...lab.recipe('recipe: deep2\nsteps: [{ id: a, run: deep }]'), recipe: 'deep' })
  const deep = await lab.start('recipe: top\nsteps: [{ id: a, run: deep }]')
  expect(await lab.until(deep)).toMatchObject({ state: 'failed' })
  expect((await lab.store.get(deep)).error?.message).toContain('nested 5 deep')
  expect(lab.store.list({ limit: 100, recipe: 'deep' }).items).toHaveLength(5)
})

test('limits: what would pass one does not begin', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const turns = await lab.start('recipe: r\nlimits: { turns: 3 }\nsteps: [{ id: a, each: [1, 2, 3, 4, 5], ask: "{{ item }}" }]')
  expect(await lab.until(turns)).toMatchObject({ state: 'failed', turns: 3, error: { code: 'LIMIT_REACHED' } })
  const cost = await lab.start(
    'recipe: r\nsteps: [{ id: a, each: [1, 2, 3, 4], concurrency: 1, ask: "{{ item }}", limits: { costUsd: 0.02 }, onFailure: continue }, { id: b, ask: b }]',
  )
  expect(await lab.until(cost)).toMatchObject({ state: 'done', turns: 3 })
  expect((await lab.store.get(cost)).steps[0]).toMatchObject({
    state: 'failed',
    items: { done: 2, waiting: 2 },
    error: { code: 'LIMIT_REACHED' },
  })
  lab.recipe('recipe: inner\nsteps: [{ id: a, ask: a }, { id: b, ask: b }]')
  const nested = await lab.start('recipe: r\nlimits: { turns: 1 }\nsteps: [{ id: a, run: inner }]')
  expect(await lab.until(nested)).toMatchObject({ state: 'failed', turns: 1, error: { code: 'LIMIT_REACHED' } })
})

test('limits: what runs and passes the money is interrupted, and says so', async () => {
  lab = await RunLab.make((text) => (text === 'dear' ? { text, costUsd: 5 } : null))
  const id = await lab.start(
    'recipe: r\nlimits: { costUsd: 1 }\nsteps: [{ id: a, needs: [], ask: long }, { id: b, needs: [], ask: dear }, { id: c, ask: c }]',
  )
  expect(await lab.until(id)).toMatchObject({ state: 'failed', error: { code: 'LIMIT_REACHED' } })
  expect((await lab.store.get(id)).error?.message).toContain('limit of $1')
  expect((await lab.store.get(id)).steps.map(({ state }) => state)).toEqual(['failed', 'done', 'cancelled'])
  expect(lab.pool.running.size).toBe(0)
})

test('waits end at their time or when somebody says so; a gate has a time too', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const id = await lab.start(`
recipe: r
steps:
  - { id: short, wait: { seconds: 0.01 } }
  - { id: past, wait: { until: "2020-01-01T00:00:00Z" } }
  - { id: event, wait: { event: deployed } }
  - { id: gate, gate: "Go?", timeoutSeconds: 1, onFailure: continue }
  - { id: after, ask: "{{ steps.event.message }} {{ steps.gate.state }}" }`)
  await lab.until(id, ({ needs }) => needs.includes('event'))
  await lab.store.decide(id, 'event', { decision: 'done', message: 'it is out' })
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect(lab.prompts).toEqual(['it is out failed'])
  expect((await lab.store.get(id)).steps[3]?.error?.code).toBe('TIMED_OUT')
})

test('steps with the context “run” share a conversation, one at a time', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const id = await lab.start(
    'recipe: r\nsteps: [{ id: a, needs: [], context: run, ask: a }, { id: b, needs: [], context: run, ask: b }, { id: c, ask: c }]',
  )
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  const { steps } = await lab.store.get(id)
  expect(steps[0]?.conversationId).toBe(steps[1]?.conversationId)
  expect(steps[2]?.conversationId).not.toBe(steps[1]?.conversationId)
})

test('a template that has no value fails its step with the reason', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const id = await lab.start('recipe: r\nsteps: [{ id: a, ask: a }, { id: b, ask: "{{ steps.a.output.none.x }}" }]')
  expect(await lab.until(id)).toMatchObject({ state: 'failed', error: { code: 'TEMPLATE_FAILED' } })
  expect((await lab.store.get(id)).error?.message).toContain('none')
  const unknown = await lab.start('recipe: r\nsteps: [{ id: a, ask: a, with: { instance: nobody } }]')
  expect(await lab.until(unknown)).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' } })
  const none = await lab.start('recipe: r\nsteps: [{ id: a, each: [], ask: a }, { id: b, ask: "{{ steps.a.texts | size }}" }]')
  expect(await lab.until(none)).toMatchObject({ state: 'done' })
  expect(lab.prompts.at(-1)).toBe('0')
})
