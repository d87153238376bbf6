import { App } from '../support/app.ts'
import { cpuSeconds, memoryMb } from '../support/processes.ts'
import { numberFrom, round, type Bench } from './figure.ts'
import { warmPool } from './pool.ts'

const instances = 10
const maxShare = 1
const maxMb = 200

/** What the core costs while nothing happens, without its children. */
export const idle: Bench = async () => {
  const seconds = numberFrom('BENCH_IDLE_SECONDS', 60)
  const app = await App.start()
  try {
    await warmPool(app, instances)
    await pause(5_000)
    const before = cpuSeconds(app.pid)
    await pause(seconds * 1_000)
    const share = ((cpuSeconds(app.pid) - before) / seconds) * 100
    const memory = memoryMb(app.pid) ?? (await app.api.health()).core.memoryMb
    return [
      {
        name: `idle with ${instances} instances, ${seconds} s`,
        measured: `${round(share)}% of a core, ${round(memory)} MB`,
        wanted: `under ${maxShare}% and ${maxMb} MB`,
        ok: share < maxShare && memory < maxMb,
      },
    ]
  } finally {
    await app.dispose()
  }
}

/** Time itself is what is measured here. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
