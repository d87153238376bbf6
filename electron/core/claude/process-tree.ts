import { setTimeout as delay } from 'node:timers/promises'
import { processIdentity } from '../storage/process-identity.ts'
import { listProcesses, type ProcessRow } from './process-list.ts'

/** One process for good: ids are used again, start times tell them apart. */
export type ProcessId = { pid: number; identity: string }

const killWaitMs = 3_000

/**
 * The processes of a child: `root`, on Linux every process that inherited its marker, and all descendants of these. A tool's
 * process leaves the child's group and session, and its parent once that ends, so neither of those is enough.
 * `root` must be known to be the child's. `maxAgeMs`: how old the look at the system may be; looks are shared.
 */
export async function processTree(root: number | null, marker: string, maxAgeMs = 0): Promise<ProcessId[]> {
  const rows = await snapshot(maxAgeMs)
  return withDescendants(
    rows.filter((row) => row.pid === root || row.marker === marker),
    rows,
  )
}

/** Those processes that are still the recorded ones, with all their descendants. */
export async function treesOf(roots: readonly ProcessId[]): Promise<ProcessId[]> {
  const rows = await snapshot(0)
  return withDescendants(
    rows.filter((row) => roots.some((root) => isSame(row, root))),
    rows,
  )
}

/** Sends a signal to those that are still the recorded ones; answers which these were. */
export async function signalAll(targets: readonly ProcessId[], name: NodeJS.Signals): Promise<ProcessId[]> {
  return (await stillThere(targets)).filter(({ pid }) => {
    try {
      return process.kill(pid, name)
    } catch {
      return false
    }
  })
}

/** Ends processes for good; answers which of them are still there after 3 s. */
export async function killAll(processes: readonly ProcessId[]): Promise<ProcessId[]> {
  const deadline = performance.now() + killWaitMs
  let left = await signalAll(processes, 'SIGKILL')
  while (left.length > 0 && performance.now() < deadline) {
    await delay(20)
    left = await stillThere(left)
  }
  return left
}

export function isSame(a: { pid: number; identity: string | null }, b: ProcessId): boolean {
  return a.pid === b.pid && a.identity === b.identity
}

async function stillThere(targets: readonly ProcessId[]): Promise<ProcessId[]> {
  if (targets.length === 0) return []
  // One list costs as much as one look where a program has to be asked.
  const rows = process.platform === 'linux' ? await Promise.all(targets.map(rowNow)) : await snapshot(0)
  return targets.filter((target) => rows.some((row) => isSame(row, target)))
}

async function rowNow({ pid }: ProcessId): Promise<{ pid: number; identity: string | null }> {
  return { pid, identity: await processIdentity(pid) }
}

function withDescendants(roots: readonly ProcessRow[], rows: readonly ProcessRow[]): ProcessId[] {
  const children = Map.groupBy(rows, ({ parent }) => parent)
  const found = new Map(roots.map((row) => [row.pid, row]))
  const waiting = [...roots]
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    for (const child of children.get(row.pid) ?? []) {
      if (found.has(child.pid) || !isChild(child, row)) continue
      found.set(child.pid, child)
      waiting.push(child)
    }
  }
  return [...found.values()].flatMap(({ pid, identity }) => (identity === null ? [] : [{ pid, identity }]))
}

/** Windows keeps the id of a parent that has ended, which may be another process by now: one that began after its "child". */
function isChild(child: ProcessRow, parent: ProcessRow): boolean {
  return process.platform !== 'win32' || Number(child.identity) >= Number(parent.identity)
}

let latest: { at: number; rows: Promise<ProcessRow[]> } | null = null

function snapshot(maxAgeMs: number): Promise<ProcessRow[]> {
  if (latest === null || performance.now() - latest.at > maxAgeMs) latest = { at: performance.now(), rows: listProcesses() }
  return latest.rows
}
