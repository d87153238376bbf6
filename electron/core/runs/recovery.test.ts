import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { AppendLog } from '../storage/append-log.ts'
import { RunLab } from './runs-fixtures.ts'

let lab: RunLab
afterEach(() => lab.remove())

const lost = { code: 'TURN_LOST', message: 'Bullpen quit during this turn.' }
const three = 'recipe: r\nsteps: [{ id: a, ask: a }, { id: b, ask: b }, { id: c, ask: c }]'

test('what was said while the app was away is taken; what was not is asked once more, as the same task', async () => {
  lab = await RunLab.make((text) => (text === 'a' ? { text } : null))
  const id = await lab.start(three)
  await lab.until(id, ({ stepsEnded }) => stepsEnded === 1)
  await begun('b')
  lab.pool.script = (text) => ({ text })
  await lab.restart(() => ({ outcome: 'done', text: 'said meanwhile' }))
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect(lab.prompts).toEqual(['a', 'b', 'c'])
  expect((await lab.store.get(id)).steps[1]?.text).toBe('said meanwhile')

  lab.pool.script = (text) => (text === 'a' ? { text } : null)
  const other = await lab.start(three)
  await begun('b')
  lab.pool.script = (text) => ({ text })
  await lab.restart()
  expect(await lab.until(other)).toMatchObject({ state: 'done' })
  expect(lab.prompts.slice(3)).toEqual(['a', 'b', 'b', 'c'])
  expect(new Set(lab.pool.begun.slice(3).map(({ id: task }) => task)).size).toBe(3)
})

/** Until a turn with this prompt runs. */
async function begun(text: string): Promise<void> {
  while (!lab.pool.begun.some((one) => one.text === text && lab.pool.running.has(one.id)))
    await new Promise((resolve) => setImmediate(resolve))
}

test('a turn that was cut off when a tool may have had an effect waits for a person', async () => {
  lab = await RunLab.make((text) => (text === 'b' ? { outcome: 'lost', error: lost } : { text }))
  lab.pool.tools = ['Bash']
  const id = await lab.start(three)
  expect(await lab.until(id, ({ state }) => state === 'needs-you')).toMatchObject({ needs: ['b'] })
  expect((await lab.store.get(id)).steps[1]?.need).toMatchObject({ kind: 'cut-off' })
  await lab.restart()
  lab.pool.script = (text) => ({ text })
  await lab.store.decide(id, 'b', { decision: 'retry' })
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect(lab.prompts).toEqual(['a', 'b', 'b', 'c'])

  lab.pool.script = (text) => (text === 'b' ? { outcome: 'lost', error: lost } : { text })
  const other = await lab.start(`${three}\noutputs: { b: "{{ steps.b.output.n }}" }`)
  await lab.until(other, ({ state }) => state === 'needs-you')
  await lab.store.decide(other, 'b', { decision: 'done', output: { n: 7 } })
  expect(await lab.until(other)).toMatchObject({ state: 'done' })
  expect((await lab.store.get(other)).outputs).toEqual({ b: 7 })
})

test('a full disk holds a run up, and loses nothing of it', async () => {
  lab = await RunLab.make((text) => (text === 'a' ? null : { text }))
  const id = await lab.start(three)
  await begun('a')
  lab.disk.fill()
  lab.pool.say(lab.pool.begun[0]?.id ?? '', { text: 'said to a full disk' })
  await expect(lab.store.control(id, 'pause')).rejects.toThrow('The disk is full')
  await expect(lab.start(three)).rejects.toThrow('The disk is full')
  expect(lab.prompts).toEqual(['a'])
  lab.disk.free()
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect(lab.prompts).toEqual(['a', 'b', 'c'])
  expect((await lab.store.get(id)).steps[0]?.text).toBe('said to a full disk')
})

test('a torn last line is as if it had never been; a damaged one is told, and the file kept', async () => {
  lab = await RunLab.make((text) => (text === 'c' ? null : { text }))
  const id = await lab.start(three)
  await begun('c')
  const path = join(lab.folder, 'runs', `${id}.jsonl`)
  await lab.store.close()
  await appendFile(path, '{"type":"ended","step":"c","sta')
  await lab.restart()
  expect(lab.problems.list()).toEqual([])
  await begun('c')
  await lab.store.close()
  const lines = (await readFile(path, 'utf8')).split('\n')
  const at = lines.findIndex((line) => line.includes('"type":"unit"') && line.includes('"step":"b"'))
  await writeFile(path, lines.with(at, '{"broken').join('\n'))
  await writeFile(join(lab.folder, 'runs', 'run_00000000000000aa.jsonl'), 'nothing\n')
  lab.pool.script = (text) => ({ text })
  await lab.restart()
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  // What became of b was known to the queue.
  expect(lab.prompts.filter((text) => text === 'b')).toHaveLength(1)
  expect(lab.problems.list().map(({ message }) => message)).toEqual([
    expect.stringContaining('A run could not be read'),
    expect.stringContaining('A line of the run'),
  ])
})

/** A slow disk, which knows what of the runs' journals is on it when the queue writes work down. */
class SlowLog {
  readonly #log: AppendLog
  readonly #isQueue: boolean
  readonly #journaled: string[]
  readonly #tooSoon: string[]

  constructor(path: string, journaled: string[], tooSoon: string[]) {
    this.#log = new AppendLog(path)
    this.#isQueue = basename(path) === 'tasks.jsonl'
    this.#journaled = journaled
    this.#tooSoon = tooSoon
  }

  async append(line: string, options: { sync: boolean }) {
    const id = /"type":"work"/.test(line) ? /task_\w+/.exec(line)?.[0] : undefined
    if (this.#isQueue && id !== undefined && !this.#journaled.some((one) => one.includes(id))) this.#tooSoon.push(id)
    const place = await this.#log.append(line, options)
    if (this.#isQueue) return place
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    this.#journaled.push(line)
    return place
  }

  close(): Promise<void> {
    return this.#log.close()
  }
}

test('what begins while the rest is taken up again is handed in once it is in the journal', async () => {
  const [journaled, tooSoon]: [string[], string[]] = [[], []]
  lab = await RunLab.make((text) => (text.startsWith('stop') ? null : { text }), {
    openLog: (path) => new SlowLog(path, journaled, tooSoon),
  })
  const id = await lab.start('recipe: r\nsteps: [{ id: many, each: [stop 1, stop 2, stop 3, 4, 5, 6], ask: "{{ item }}", concurrency: 3 }]')
  while (lab.pool.running.size < 3) await new Promise((resolve) => setImmediate(resolve))
  lab.pool.script = (text) => ({ text })
  // The first has ended meanwhile, so the fourth begins while the others are still being looked up.
  await lab.restart(({ text }) => (text === 'stop 1' ? { outcome: 'done', text: 'said' } : null))
  expect(await lab.until(id)).toMatchObject({ state: 'done' })
  expect(tooSoon).toEqual([])
})
