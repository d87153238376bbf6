import { readdirSync, readFileSync } from 'node:fs'

/** A live process as Linux shows it. */
export type ProcessInfo = { pid: number; parent: number; state: string; command: string }

/** Whether a process runs; one that has ended but was not collected by its parent does not. */
export function isAlive(pid: number): boolean {
  const info = readProcess(pid)
  return info !== null && info.state !== 'Z'
}

/**
 * Every live process that belongs to a run: those whose command line or environment names its folder.
 * Parents and process groups do not tell, because a tool's process leaves both.
 */
export function processesOf(folder: string): ProcessInfo[] {
  return allProcesses().filter(
    (info) => info.pid !== process.pid && (info.command.includes(folder) || environment(info.pid).includes(folder)),
  )
}

/** A process's live descendants. */
export function descendantsOf(pid: number): ProcessInfo[] {
  const all = allProcesses()
  const children = (parent: number): ProcessInfo[] =>
    all.filter((info) => info.parent === parent).flatMap((info) => [info, ...children(info.pid)])
  return children(pid)
}

/** Processor time a process has used, in seconds, without its children. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid)
  return fields === null ? 0 : (Number(fields[11]) + Number(fields[12])) / clockTicks
}

/** When a process began, in ticks since the machine did; Infinity when it is gone. */
export function startOf(pid: number): number {
  const fields = statFields(pid)
  return fields === null ? Number.POSITIVE_INFINITY : Number(fields[19])
}

/** A process's share of memory in MB: shared pages are divided among those who share them. Null where the system does not say. */
export function memoryMb(pid: number): number | null {
  const match = /^Pss:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/smaps_rollup`))
  return match?.[1] === undefined ? null : Number(match[1]) / 1024
}

const clockTicks = 100

function allProcesses(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((info): info is ProcessInfo => info !== null && info.state !== 'Z')
}

function readProcess(pid: number): ProcessInfo | null {
  const fields = statFields(pid)
  if (fields === null) return null
  return { pid, parent: Number(fields[1]), state: fields[0] ?? '', command: readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() }
}

/** The fields after the name, which may hold spaces and brackets. */
function statFields(pid: number): string[] | null {
  const stat = readText(`/proc/${pid}/stat`)
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function environment(pid: number): string {
  return readText(`/proc/${pid}/environ`)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
