import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { EndedRuns } from './ended-runs.ts'
import { RunJournal } from './run-journal.ts'
import { RunLab } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

const recipe = 'recipe: r\ninputs: { n: { default: x } }\nsteps: [{ id: s, ask: "do {{ inputs.n }}" }]'

async function ended(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const id = await lab.start(recipe, { inputs: { n }, key: `k${n}` })
    await lab.until(id)
    ids.push(id)
  }
  return ids
}

/** Which runs of the folder a start would have to read whole. */
async function unnoted(): Promise<string[]> {
  const runs = new EndedRuns(join(lab.folder, 'runs'), {
    disk: lab.disk,
    problems: lab.problems,
    clocks: { wall: Date.now, steady: () => performance.now(), awake: { now: () => performance.now() } },
  })
  const read: string[] = []
  for await (const run of runs.all()) if (run instanceof RunJournal) read.push(run.record.header.id)
  return read.toSorted()
}

test('runs that have ended are listed after a restart without being read; one that is tried again is read', async () => {
  let isBroken = true
  lab = await RunLab.make((text) =>
    isBroken && text === 'do 1' ? { outcome: 'failed', error: { code: 'BAD', message: 'No.' } } : { text },
  )
  const ids = await ended(3)
  const before = lab.store.list({ limit: 10 })
  await lab.restart()
  expect(await unnoted()).toEqual([])
  expect(lab.store.list({ limit: 10 })).toEqual(before)
  expect(await lab.start(recipe, { inputs: { n: 2 }, key: 'k2' })).toBe(ids[2])
  isBroken = false
  await lab.store.control(ids[1] ?? '', 'pause').catch(() => {})
  await lab.store.control(ids[1] ?? '', 'retry')
  await lab.until(ids[1] ?? '', ({ state }) => state === 'done')
  await lab.restart()
  expect(lab.store.summary(ids[1] ?? '')).toMatchObject({ state: 'done', turns: 2 })
  expect(await unnoted()).toEqual([])
})

test('what is missing, damaged or older than its journal is read from the journals again', async () => {
  lab = await RunLab.make((text) => ({ text }))
  const ids = await ended(3)
  const before = lab.store.list({ limit: 10 })
  await lab.restart()
  const index = join(lab.folder, 'runs', 'ended.index')
  const lines = (await readFile(index, 'utf8')).trimEnd().split('\n')
  await writeFile(index, `${lines[0]}\nno line of ours\n{"bytes":1,"digest":"","summary":{"id":"${ids[1]}"}}\n${lines[2]?.slice(0, 40)}`)
  await appendFile(join(lab.folder, 'runs', `${ids[0]}.jsonl`), '{"half":')
  expect(await unnoted()).toEqual(ids.toSorted())
  await lab.restart()
  expect(lab.store.list({ limit: 10 })).toEqual(before)
  await rm(index)
  await lab.restart()
  expect(lab.store.list({ limit: 10 })).toEqual(before)
})

test('of too many ended runs the oldest leave, told and kept compressed; families stay together, and what has not ended stays', async () => {
  const removed: string[] = []
  lab = await RunLab.make((text) => ({ text }), { mostEnded: 3, onRemoved: (id) => removed.push(id) })
  lab.recipe('recipe: inner\nsteps: [{ id: s, ask: inner }]')
  const outer = await lab.start('recipe: outer\nsteps: [{ id: n, run: inner }, { id: g, gate: Go? }]')
  await lab.until(outer, ({ state }) => state === 'needs-you')
  const ids = await ended(4)
  await lab.restart()
  expect(removed).toEqual(ids.slice(0, 2))
  expect(lab.store.find(ids[0] ?? '')).toBeUndefined()
  expect((await readdir(join(lab.folder, 'runs', 'old'))).toSorted()).toEqual(
    ids
      .slice(0, 2)
      .map((id) => `${id}.jsonl.gz`)
      .toSorted(),
  )
  await lab.store.decide(outer, 'g', { decision: 'approve' })
  await lab.until(outer)
  await lab.restart()
  // The outer run ended last; with what is nested in it, it is one too many.
  expect(removed).toEqual(ids.slice(0, 3))
  expect(lab.store.list({ limit: 10 }).items.map(({ id }) => id)).toEqual(expect.arrayContaining([ids[3], outer]))
})
