import pidusage from 'pidusage'
import { readProcFile } from '../storage/proc-file.ts'
import { processTree } from './process-tree.ts'

/** What a process tree uses. Null: it cannot be read on this machine. */
export type TreeUsage = {
  /** In MB: PSS on Linux, where shared pages are divided among those who share them, resident memory elsewhere. */
  memoryMb: number | null
  /** Processor time since it began, of children that have ended too, as far as their parents waited for them. */
  cpuSeconds: number | null
}

/** How old a look at the system's processes may be; looks are shared among all that are measured in one round. */
const maxAgeMs = 2_000

/** Measures a child's process tree. */
export async function treeUsage(pid: number, marker: string): Promise<TreeUsage> {
  const pids = (await processTree(pid, marker, maxAgeMs)).map((one) => one.pid)
  const parts = process.platform === 'linux' ? await Promise.all(pids.map(fromProc)) : await fromSystem(pids)
  const memoryMb = sum(parts.map((part) => part.memoryMb))
  return { memoryMb: memoryMb === null ? null : Math.round(memoryMb), cpuSeconds: sum(parts.map((part) => part.cpuSeconds)) }
}

async function fromProc(pid: number): Promise<TreeUsage> {
  const [rollup, stat] = await Promise.all([readProcFile(`/proc/${pid}/smaps_rollup`), readProcFile(`/proc/${pid}/stat`)])
  return { memoryMb: pssMb(rollup), cpuSeconds: cpuSeconds(stat) }
}

/** The proportional share in the text of a `smaps_rollup`; null where there is none. */
export function pssMb(rollup: string): number | null {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(rollup) ?? []
  return kilobytes === undefined ? null : Number(kilobytes) / 1024
}

/** Linux counts processor time in hundredths of a second, whatever the processor does. */
const ticksPerSecond = 100

/** The processor time in the text of a `stat`, with that of ended children; null where there is none. */
export function cpuSeconds(stat: string): number | null {
  // The name before may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).map(Number)
  if (stat === '' || ticks.length < 4 || ticks.some(Number.isNaN)) return null
  return ticks.reduce((total, part) => total + part, 0) / ticksPerSecond
}

/** One question to the system for all of them. */
async function fromSystem(pids: number[]): Promise<TreeUsage[]> {
  if (pids.length === 0) return []
  try {
    const found = Object.values(await pidusage(pids))
    return found.map((one) => ({ memoryMb: one.memory / 1_048_576, cpuSeconds: one.ctime / 1_000 }))
  } catch {
    return []
  }
}

function sum(parts: readonly (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null)
  return known.length === 0 ? null : known.reduce((total, part) => total + part, 0)
}
