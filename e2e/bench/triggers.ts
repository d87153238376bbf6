import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Webhook } from 'standardwebhooks'
import type { RunOrder } from '../../electron/core/triggers/run-starter.ts'
import { config, openTriggers, RunsByHand } from '../../electron/core/triggers/trigger-fixtures.ts'
import { numberFrom, quantile, spread, type Bench, type Figure } from './figure.ts'

/** Runs that end as soon as they have begun, and when that was. */
class NotedRuns extends RunsByHand {
  #begun: (at: number, order: RunOrder) => void = () => {}

  override async start(order: RunOrder): Promise<{ id: string }> {
    const at = performance.timeOrigin + performance.now()
    const run = await super.start(order)
    this.#begun(at, order)
    return run
  }

  /** When the next one begins, or the next that is about this path, in milliseconds since 1970. Others end at once. */
  next(about?: string): Promise<number> {
    return new Promise((resolve) => {
      this.#begun = (at, { trigger }) => {
        if (about === undefined || JSON.stringify(trigger).includes(`"${about}"`)) resolve(at)
        else setImmediate(() => this.endLast())
      }
    })
  }

  endLast(): void {
    this.end(this.started.at(-1)?.id)
  }
}

type Opened = { runs: NotedRuns; triggers: Awaited<ReturnType<typeof openTriggers>>['triggers']; folder: string }

/** What starts a run by itself: how long that takes from the file, the time and the call; and what a large folder and one key a thousand times come to. */
export const triggers: Bench = async (note) => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bullpen-bench-triggers-')))
  const runs = new NotedRuns()
  const { triggers: all, close, home } = await openTriggers({ starter: runs })
  const opened = { runs, triggers: all, folder }
  // Nothing that waits for an event keeps a process alive.
  const alive = setInterval(() => {}, 60_000)
  try {
    const measured = [figure('time due → run begins', await timesDue(opened), 100)]
    const add = (one: Figure): void => {
      measured.push(one)
      note(`${one.name}: ${one.measured}`)
    }
    add(figure('hook called → run begins', await hooksCalled(opened), 50))
    add(await oneKey(opened))
    add(figure('file changed → run begins', await filesChanged(opened, 'small'), 300))
    add(figure('the same, 100,000 files there', await filesChanged(opened, await largeFolder(folder, note)), 300))
    return measured
  } finally {
    clearInterval(alive)
    await close()
    await rm(home, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  }
}

function figure(name: string, times: readonly number[], most: number): Figure {
  return { name, measured: spread(times, 'ms'), wanted: `95% under ${most} ms`, ok: quantile(times, 0.95) < most }
}

async function timesDue({ triggers: all, runs }: Opened): Promise<number[]> {
  const { trigger } = await all.create(config({ kind: 'time', cron: '* * * * * *' }))
  const late: number[] = []
  for (let count = numberFrom('BENCH_TIMES', 40); count > 0; count -= 1) {
    const at = await runs.next()
    late.push(at % 1_000)
    runs.endLast()
  }
  await all.remove(trigger.id)
  return late
}

async function hooksCalled({ triggers: all, runs }: Opened): Promise<number[]> {
  const { trigger, secret } = await all.create(config({ kind: 'hook', filter: [] }))
  const took: number[] = []
  for (let count = numberFrom('BENCH_HOOKS', 300); count > 0; count -= 1) {
    const { headers, body } = call(secret ?? '', `msg_${count}`)
    const begins = runs.next()
    const at = performance.timeOrigin + performance.now()
    await all.receive(trigger.id, headers, body)
    took.push((await begins) - at)
    runs.endLast()
  }
  await all.remove(trigger.id)
  return took
}

async function oneKey({ triggers: all, runs }: Opened): Promise<Figure> {
  const { trigger, secret } = await all.create(config({ kind: 'hook', filter: [] }))
  const before = runs.started.length
  const { headers, body } = call(secret ?? '', 'msg_once')
  await Promise.all(Array.from({ length: 1_000 }, () => all.receive(trigger.id, headers, body)))
  const begun = runs.started.length - before
  await all.remove(trigger.id)
  return { name: 'a hook called 1,000 times with one key', measured: `${begun} run`, wanted: '1 run', ok: begun === 1, grave: begun !== 1 }
}

function call(secret: string, id: string): { headers: Record<string, string>; body: Buffer } {
  const body = Buffer.from(JSON.stringify({ action: 'opened', text: 'x'.repeat(5_000) }))
  const at = new Date()
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
  return { headers, body }
}

async function filesChanged({ triggers: all, runs, folder }: Opened, name: string): Promise<number[]> {
  const place = path.join(folder, name)
  await mkdir(place, { recursive: true })
  const { trigger } = await all.create(config({ kind: 'files', folder: place, glob: '**/*.md', debounceMs: 200 }))
  // The first change that is seen says that everything is watched.
  await firstSeen(place, runs)
  const took: number[] = []
  for (let count = numberFrom('BENCH_FILES', 40); count > 0; count -= 1) {
    const begins = runs.next(`${count}.md`)
    const at = performance.timeOrigin + performance.now()
    await writeFile(path.join(place, `${count}.md`), String(count))
    took.push((await begins) - at)
    runs.endLast()
  }
  await all.remove(trigger.id)
  return took
}

async function firstSeen(place: string, runs: NotedRuns): Promise<void> {
  const begins = runs.next('first.md')
  let count = 0
  const timer = setInterval(() => void writeFile(path.join(place, 'first.md'), String((count += 1))), 2_000)
  await begins
  clearInterval(timer)
  runs.endLast()
}

async function largeFolder(folder: string, note: (text: string) => void): Promise<string> {
  for (let group = 0; group < 100; group += 1) {
    const inside = path.join(folder, 'large', String(group))
    await mkdir(inside, { recursive: true })
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => writeFile(path.join(inside, `${index}.txt`), '')))
  }
  note('100,000 files are there')
  return 'large'
}
