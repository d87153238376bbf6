import { afterEach, expect, test } from 'vitest'
import { RunLab, type Script } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

/** Every turn has its own price; such sums are exact. */
const priced = (script: Script): Script => {
  let turns = 0
  return (text, work) => {
    const said = script(text, work)
    turns += 1
    return said && { ...said, costUsd: turns / 1_024 }
  }
}
const overloaded = { outcome: 'failed' as const, error: { code: 'OVERLOADED', message: 'Busy.' } }

/** What all turns that ever ended have cost. */
function paid(): number {
  return [...lab.pool.turns.values()].reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0)
}

async function repetitionWaits(): Promise<void> {
  while (lab.queue.tasks('open').every(({ nextAttemptAt }) => nextAttemptAt === null)) await new Promise((resolve) => setImmediate(resolve))
}

test('a run costs what its turns do: those of nested runs, voters, both orders of a judge, and every repetition', async () => {
  const seen = new Map<string, number>()
  lab = await RunLab.make(
    priced((text) => {
      const times = (seen.get(text) ?? 0) + 1
      seen.set(text, times)
      if (text.includes('"ranking"')) return { text: '{"ranking":[1,2],"agreeing":[1,2],"reasons":{"1":"a","2":"b"},"reason":"r"}' }
      if (text.includes('does not fit')) return { text: times === 1 ? 'still no JSON' : '{"n":1}' }
      if (text.startsWith('shaped')) return { text: 'no JSON' }
      if (text === 'flaky' && times < 3) return overloaded
      if (text === 'again' && times === 1) return { outcome: 'failed', error: { code: 'BAD', message: 'No.' } }
      return { text: 'same' }
    }),
  )
  lab.recipe('recipe: inner\ninputs: { n: {} }\nsteps: [{ id: i, ask: "inner {{ inputs.n }}" }, { id: j, ask: again }]')
  const id = await lab.start(`
recipe: outer
steps:
  - { id: shaped, ask: shaped, schema: { type: object, required: [n], properties: { n: { type: integer } } } }
  - { id: many, each: [1, 2, 3], run: inner, inputs: { n: "{{ item }}" }, retry: { times: 1, backoffSeconds: 0 } }
  - { id: judged, consensus: { ask: What?, voters: 2, decide: judge } }
  - { id: flaky, ask: flaky }`)
  for (let repetition = 0; repetition < 2; repetition += 1) {
    await repetitionWaits()
    lab.queue.tryNow()
    while (lab.queue.tasks('open').some(({ nextAttemptAt }) => nextAttemptAt !== null))
      await new Promise((resolve) => setImmediate(resolve))
  }
  const run = await lab.until(id)
  expect(run).toMatchObject({ state: 'done', turns: lab.pool.turns.size, costUsd: paid() })
  // One of the three nested runs failed once, with two turns, and was begun anew.
  expect(lab.pool.turns.size).toBe(3 + 2 * 3 + 2 + 4 + 3)
  const { steps } = await lab.store.get(id)
  expect(steps.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBe(run.costUsd)
  const failed = lab.store.list({ limit: 100, states: ['failed'] }).items[0]?.id ?? ''
  await expect(lab.store.control(failed, 'retry')).rejects.toThrow('Retry the step “many” of that run')
  expect(run.usage).toMatchObject({ input: 10 * run.turns, output: 5 * run.turns })
})

test('what was paid before a restart counts too, also for turns that the queue repeats', async () => {
  let isBusy = true
  lab = await RunLab.make(priced((text) => (isBusy ? overloaded : { text })))
  const id = await lab.start('recipe: r\nsteps: [{ id: s, ask: s }]')
  await repetitionWaits()
  await lab.restart()
  isBusy = false
  lab.queue.tryNow()
  expect(await lab.until(id)).toMatchObject({ state: 'done', turns: 2, costUsd: paid() })
  expect(paid()).toBe(3 / 1_024)
})

test('the time of a turn counts from its beginning, not while it waits for an instance', async () => {
  lab = await RunLab.make((text) => (text === 'quick' ? { text } : null))
  const busy = await lab.start('recipe: busy\nsteps: [{ id: b, each: [1, 2, 3, 4], ask: busy }]')
  while (lab.pool.running.size < 4) await new Promise((resolve) => setImmediate(resolve))
  const quick = await lab.start('recipe: r\nsteps: [{ id: s, ask: quick, timeoutSeconds: 1 }]')
  const slow = await lab.start('recipe: r\nsteps: [{ id: s, ask: slow, timeoutSeconds: 1 }]')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  expect(lab.store.summary(quick)).toMatchObject({ state: 'running', turns: 0 })
  await lab.store.control(busy, 'cancel')
  expect(await lab.until(quick)).toMatchObject({ state: 'done', turns: 1 })
  expect(await lab.until(slow)).toMatchObject({ state: 'failed', turns: 1, error: { code: 'TIMED_OUT' } })
})

test('an answer that cannot be used is none: the quorum goes by the others', async () => {
  let quorum = 2
  lab = await RunLab.make((text, { id }) => {
    const isFirst = lab.pool.begun.findIndex((one) => one.id === id) === 0
    if (text.includes('does not fit') || (text.startsWith('Vote') && isFirst)) return { text: 'perhaps' }
    if (text.startsWith('Free')) return { text: isFirst ? '  ' : 'yes' }
    return { text: '{"choice":"ship","reason":"r"}' }
  })
  const vote = (more: string) =>
    lab.start(`recipe: r\nsteps: [{ id: v, consensus: { ${more}, voters: 3, quorum: ${quorum}, decide: vote } }]`)
  const enough = await vote('ask: Vote, options: [ship, hold]')
  expect(await lab.until(enough)).toMatchObject({ state: 'done', turns: 5 })
  const { consensus } = (await lab.store.get(enough)).steps[0] ?? {}
  expect(consensus).toMatchObject({ decision: 'ship', answers: 2, quorum: 2 })
  expect(consensus?.votes.map(({ error }) => error?.code)).toEqual(['ANSWER_MISFIT', undefined, undefined])
  quorum = 3
  lab.pool.begun.length = 0
  const few = await vote('ask: Vote, options: [ship, hold]')
  expect(await lab.until(few)).toMatchObject({ state: 'failed', error: { code: 'NO_QUORUM' } })
  lab.pool.begun.length = 0
  const empty = await lab.start('recipe: r\nsteps: [{ id: v, consensus: { ask: Free, voters: 3, quorum: 3, decide: synthesize } }]')
  expect(await lab.until(empty)).toMatchObject({ state: 'failed', error: { code: 'NO_QUORUM' } })
  expect((await lab.store.get(empty)).steps[0]?.consensus?.votes[0]?.error?.code).toBe('ANSWER_UNUSABLE')
})

test('each part has a conversation of its own unless the recipe says otherwise', async () => {
  lab = await RunLab.make((text) => (text.startsWith('Vote') ? { text: '{"choice":"a","reason":""}' } : { text }))
  const id = await lab.start(`
recipe: r
steps:
  - { id: one, ask: one }
  - { id: many, each: [1, 2, 3], ask: "{{ item }}" }
  - { id: vote, consensus: { ask: Vote, options: [a, b], voters: 2 } }
  - { id: shared, context: run, each: [1, 2], ask: "{{ item }}" }
  - { id: own, context: fresh, ask: own }
  - { id: forked, context: "step:one", ask: forked }`)
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  const works = [...lab.pool.records.values()]
  const of = (step: string) =>
    works.filter(({ origin }) => origin && 'stepId' in origin && origin.stepId === step).map(({ conversationId }) => conversationId)
  expect(new Set(works.map(({ conversationId }) => conversationId)).size).toBe(1 + 3 + 2 + 1 + 1 + 1)
  expect(new Set(of('shared')).size).toBe(1)
  expect(new Set(works.flatMap(({ schema }) => schema ?? [])).size).toBe(1)
  expect(works.at(-1)).toMatchObject({ text: 'forked', context: 'fresh', forkOf: of('one')[0] })
})

test('a nested run takes the recipes of the folder that its run was begun with', async () => {
  lab = await RunLab.make((text) => ({ text }), {
    recipe: async (name, folder) => lab.recipes.get(folder === null ? name : `${folder}/${name}`) ?? null,
  })
  const inner = (text: string) => lab.recipe(`recipe: inner\nsteps: [{ id: i, ask: ${text} }]`)
  lab.recipes.set('/f/inner', inner('in the folder'))
  inner('at home')
  lab.recipes.set('/f/deep', lab.recipe('recipe: deep\nsteps: [{ id: d, run: inner }]'))
  const outer = 'recipe: outer\nsteps: [{ id: o, run: deep }]'
  for (const folder of ['/f', null]) await lab.until(await lab.start(outer, { folder, key: `same${folder ?? ''}` }))
  expect(lab.prompts).toEqual(['in the folder', 'at home'])
  await expect(lab.start(outer, { key: 'same/f' })).rejects.toThrow('stands for a run with another recipe')
})
