import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { killedProgram, killedRun, type KilledRun } from '../support/killed-runs.ts'
import { Chance } from './chance.ts'
import { numberFrom, type Bench } from './figure.ts'

/** No life of the process passes more places; a run passes about a hundred, so it is killed several times. */
const farthest = 40
const runsWithoutSync = 6

/**
 * Kills a process at random moments, at and between the steps of a run with a pipeline, a fan-out, a vote and a gate, and cuts its
 * power: `BENCH_KILLS` times in all. Then does some with the sync taken out, which has to be noticed.
 */
export const runsKill: Bench = async (note) => {
  const folder = await mkdtemp(join(tmpdir(), 'bullpen-runs-kill-'))
  try {
    const program = await built(folder)
    const { kills, runs, places, faults } = await killMany(program, note)
    note(`places: ${inWords(places)}`)
    const unsynced = await withoutSync(program)
    return [
      {
        name: `${kills} kills of ${runs} runs, at ${places.size} places`,
        measured: `${faults.length} lost, done again or twice`,
        wanted: '0',
        ok: faults.length === 0,
        grave: faults.length > 0,
      },
      {
        name: 'the same without the sync',
        measured: `${unsynced} of ${runsWithoutSync} runs have faults`,
        wanted: 'it is noticed',
        ok: unsynced > 0,
        grave: unsynced === 0,
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One file starts in half the time of a hundred. */
async function built(outDir: string): Promise<string> {
  const output = { entryFileNames: 'killed.mjs' }
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: killedProgram, outDir, emptyOutDir: false, rolldownOptions: { output } },
    ssr: { noExternal: true },
  })
  return join(outDir, 'killed.mjs')
}

type Killed = { kills: number; runs: number; places: Map<string, number>; faults: string[] }

async function killMany(program: string, note: (text: string) => void): Promise<Killed> {
  const wanted = numberFrom('BENCH_KILLS', 1_000)
  const chance = new Chance(numberFrom('BENCH_SEED', 7))
  const all: Killed = { kills: 0, runs: 0, places: new Map(), faults: [] }
  const lane = async (): Promise<void> => {
    while (all.kills < wanted) {
      const run = await killedRun(() => 1 + Math.floor(chance.next() * farthest), { program })
      add(all, run)
      for (const fault of run.faults) note(`run ${all.runs}: ${fault}`)
      if (all.runs % 5 === 0) note(`${all.kills} kills, ${all.faults.length} faults`)
    }
  }
  await Promise.all(cpus().map(lane))
  return all
}

function add(all: Killed, { kills, places, faults }: KilledRun): void {
  all.kills += kills
  all.runs += 1
  for (const place of places) all.places.set(place, (all.places.get(place) ?? 0) + 1)
  for (const fault of faults) all.faults.push(`run ${all.runs}: ${fault}`)
}

async function withoutSync(program: string): Promise<number> {
  let noticed = 0
  for (let run = 0; run < runsWithoutSync; run += 1) {
    const places = [5 + run * 5]
    const { faults } = await killedRun(() => places.shift() ?? Number.POSITIVE_INFINITY, { program, unsynced: true })
    if (faults.length > 0) noticed += 1
  }
  return noticed
}

function inWords(places: ReadonlyMap<string, number>): string {
  return [...places]
    .toSorted(([, a], [, b]) => b - a)
    .map(([place, count]) => `${place} ${count}`)
    .join(', ')
}
