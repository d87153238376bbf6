import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App } from '../support/app.ts'
import { SnapshotFolder } from '../support/snapshot-folder.ts'
import { until } from '../support/until.ts'
import { numberFrom, quantile, round, spread, type Bench, type Figure } from './figure.ts'
import { Turns } from './first-token.ts'
import { startModel } from './model.ts'
import { warmPool } from './pool.ts'
import { Project } from './project.ts'
import { connect } from './socket.ts'

const turnsOfMonth = 6_000

/**
 * What snapshots of a large repository cost: the work for ten changed files, and the space that a month of 200 turns a day takes (as many as are
 * measured, scaled to a month).
 */
export const snapshots: Bench = async (note) => {
  const files = numberFrom('BENCH_FILES', 50_000)
  const at = await SnapshotFolder.make()
  try {
    const project = Project.make(at.folder, files)
    const begun = performance.now()
    await at.take()
    const firstMs = performance.now() - begun
    note(`the first of ${files} files took ${round(firstMs / 1_000)} s`)
    const work = await takes(at, project, numberFrom('BENCH_TAKES', 40))
    note(`for 10 changed files ${spread(work.wall, 'ms')}, ${round(work.cpuMs)} ms of processor on average`)
    await at.snapshots.upkeep.run()
    const space = await month(at, project, numberFrom('BENCH_TURNS_OF_MONTH', 600), note)
    return [
      { name: `first snapshot of ${files} files`, measured: `${round(firstMs / 1_000)} s`, wanted: 'beside the turn', ok: true },
      {
        name: 'snapshot for 10 changed files, wall',
        measured: spread(work.wall, 'ms'),
        wanted: 'under 200 ms',
        ok: quantile(work.wall, 0.5) < 200,
      },
      { name: 'the same, processor (mean)', measured: `${round(work.cpuMs)} ms`, wanted: 'under 200 ms', ok: work.cpuMs < 200 },
      space,
    ]
  } finally {
    await at.remove()
  }
}

async function takes(at: SnapshotFolder, project: Project, count: number): Promise<{ wall: number[]; cpuMs: number }> {
  const wall: number[] = []
  let cpuMs = 0
  for (let index = 0; index < count; index += 1) {
    project.edit(10)
    const before = processorMs()
    const begun = performance.now()
    await at.take()
    wall.push(performance.now() - begun)
    cpuMs += processorMs() - before
  }
  return { wall, cpuMs: cpuMs / count }
}

async function month(at: SnapshotFolder, project: Project, turns: number, note: (text: string) => void): Promise<Figure> {
  const bytes = async () => (await at.snapshots.status()).bytes
  const base = await bytes()
  for (let index = 0; index < turns; index += 1) {
    project.edit(10)
    await at.take({ edge: 'turn-end', conversationId: 'conv_1', turnId: `turn_${index}`, working: [] })
    if (index % 40 === 39) await at.snapshots.upkeep.run()
  }
  await at.snapshots.upkeep.run()
  const grown = (await bytes()) - base
  const whole = base + (grown / turns) * turnsOfMonth
  const inMb = (value: number) => `${round(value / 1024 / 1024)} MB`
  note(`${inMb(base)} for the files, ${inMb(grown)} for ${turns} turns`)
  return {
    name: `a month of 200 turns a day (${turns} measured)`,
    measured: `${inMb(whole)}, ${inMb(base)} of it the files`,
    wanted: 'under 1 GB',
    ok: whole < 1024 * 1024 * 1024,
  }
}

/** The first token of turns with and without snapshots of a large repository, one after the other, in the same conversation. */
export const snapshotToken: Bench = async (note) => {
  const files = numberFrom('BENCH_FILES', 50_000)
  const model = await startModel()
  const app = await App.start({ demo: false, env: model.env })
  const socket = await connect(app)
  try {
    const project = Project.make(app.folders.work, files)
    const [member] = await warmPool(app, 1)
    if (!member) throw new Error('There is an instance.')
    const turns = await Turns.open(socket.client, member.conversationId)
    const count = async () => (await socket.client.snapshots.status()).folders[0]?.snapshots ?? 0
    await until('the first snapshot', async () => (await count()) >= 1, 180_000)
    const times = { on: [] as number[], off: [] as number[] }
    for (let index = 0; index < numberFrom('BENCH_TURNS', 60); index += 1) {
      for (const side of index % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
        await socket.client.settings.update({ snapshots: side === 'on' })
        project.edit(10)
        const before = await count()
        times[side].push(await turns.ask(`Turn ${index} [rate 0]`))
        if (side === 'on') await until('its snapshot', async () => (await count()) >= before + 1, 30_000)
      }
    }
    note(`with ${spread(times.on, 'ms')}, without ${spread(times.off, 'ms')}`)
    const later = quantile(times.on, 0.5) - quantile(times.off, 0.5)
    const late = quantile(times.on, 0.95) - quantile(times.off, 0.95)
    return [
      { name: 'first token, later with snapshots', measured: `${round(later)} / ${round(late)} ms`, wanted: 'within 3 ms', ok: later <= 3 },
    ]
  } finally {
    socket.close()
    await app.dispose()
    await model.close()
  }
}

/** Of this process and of all that it has started and that has ended (Linux; elsewhere only its own). */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  const own = (user + system) / 1_000
  if (process.platform !== 'linux') return own
  const fields =
    readFileSync(join('/proc', 'self', 'stat'), 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? []
  // Ticks of 10 ms: `cutime` and `cstime`.
  return own + (Number(fields[13]) + Number(fields[14])) * 10
}
