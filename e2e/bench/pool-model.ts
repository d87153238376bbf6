import { execa } from 'execa'
import { numberFrom, type Bench } from './figure.ts'

/** Random histories of a whole pool with messages, questions, tasks, pauses, limits, failures, crashes, kills and restarts, against a plain model of it. */
export const poolModel: Bench = async (note) => {
  const histories = numberFrom('BENCH_HISTORIES', 20_000)
  const seed = numberFrom('BENCH_SEED', Date.now() % 1_000_000_007)
  const args = ['run', '--config', 'build/vitest.config.ts', 'electron/core/pool/pool.test.ts']
  const { exitCode, all } = await execa('vitest', args, {
    preferLocal: true,
    reject: false,
    all: true,
    env: { POOL_HISTORIES: String(histories), POOL_SEED: String(seed) },
  })
  const passed = exitCode === 0
  if (!passed) note(all.slice(-4_000))
  return [
    {
      name: `${histories} random histories of the pool, seed ${seed}`,
      measured: passed ? '0 stuck, 0 twice, 0 untrue, 0 lost' : 'a fault, see above',
      wanted: '0 stuck, 0 twice, 0 untrue, 0 lost',
      ok: passed,
      grave: !passed,
    },
  ]
}
