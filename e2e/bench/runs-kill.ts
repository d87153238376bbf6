import { killedRun } from '../support/killed-runs.ts'
import { Chance } from './chance.ts'
import { numberFrom, type Bench } from './figure.ts'

/**
 * Kills a process at random moments, at and between the steps of a run with a pipeline, a fan-out, a vote and a gate, and cuts its
 * power: `BENCH_KILLS` times in all.
 */
export const runsKill: Bench = async (note) => {
  const wanted = numberFrom('BENCH_KILLS', 1_000)
  const chance = new Chance(numberFrom('BENCH_SEED', 7))
  const faults: string[] = []
  let kills = 0
  let runs = 0
  while (kills < wanted) {
    const run = await killedRun(() => 1 + Math.floor(chance.next() * 40))
    kills += run.kills
    runs += 1
    for (const fault of run.faults) faults.push(`run ${runs}: ${fault}`)
  }
  for (const fault of faults.slice(0, 10)) note(fault)
  return [
    {
      name: `${kills} kills of ${runs} runs`,
      measured: `${faults.length} lost or done again`,
      wanted: '0',
      ok: faults.length === 0,
      grave: faults.length > 0,
    },
  ]
}
