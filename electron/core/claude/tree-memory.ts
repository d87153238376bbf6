import { readFile } from 'node:fs/promises'
import pidusage from 'pidusage'
import { processTree } from './process-tree.ts'

/**
 * Memory of a child's process tree in MB: PSS on Linux, where shared pages are divided among those who share them,
 * resident memory elsewhere. Null where it cannot be read.
 */
export async function treeMemoryMb(pid: number, marker: string): Promise<number | null> {
  const tree = await processTree(pid, marker, 2_000)
  const parts = await Promise.all(tree.map((one) => (process.platform === 'linux' ? pssMb(one.pid) : residentMb(one.pid))))
  const known = parts.filter((part) => part !== null)
  return known.length === 0 ? null : Math.round(known.reduce((sum, part) => sum + part, 0))
}

async function pssMb(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(text) ?? []
  return kilobytes === undefined ? null : Number(kilobytes) / 1024
}

async function residentMb(pid: number): Promise<number | null> {
  try {
    return (await pidusage(pid)).memory / 1_048_576
  } catch {
    return null
  }
}
