import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isSameProcess, processIdentity } from '../storage/process-identity.ts'
import { markerName } from './environment.ts'

const run = promisify(execFile)

/** One process for good: ids are used again, start times tell them apart. */
export type ProcessId = { pid: number; identity: string | null }

type Row = { pid: number; parent: number; marker: string | null }

/**
 * The processes of a child: `root` and its descendants and, on Linux, every process that inherited its marker. A tool's
 * process leaves the child's group and session, and its parent once that ends, so neither of those is enough.
 * `maxAgeMs`: how old the look at the system may be; looks are shared.
 */
export async function processTree(root: number | null, marker: string, maxAgeMs = 0): Promise<ProcessId[]> {
  const rows = await snapshot(maxAgeMs)
  const marked = rows.filter((row) => row.marker === marker).map(({ pid }) => pid)
  const found = new Set([...(root === null ? [] : [root, ...descendantsOf(root, rows)]), ...marked])
  const named = await Promise.all([...found].map(async (pid) => ({ pid, identity: await identityOf(pid) })))
  return named.filter(({ identity }) => identity !== null || process.platform !== 'linux')
}

/** Sends a signal to one that is still the recorded one; says whether it was there. */
export async function sendSignal(target: ProcessId, name: NodeJS.Signals): Promise<boolean> {
  if (!(await isSameProcess(target.pid, target.identity))) return false
  try {
    return process.kill(target.pid, name)
  } catch {
    return false
  }
}

/** Start times cost a process of their own where there is no /proc, so descendants there go by id alone. */
async function identityOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? processIdentity(pid) : null
}

function descendantsOf(root: number, rows: readonly Row[]): number[] {
  const children = Map.groupBy(rows, ({ parent }) => parent)
  const found: number[] = []
  const waiting = [root]
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.push(child.pid)
      waiting.push(child.pid)
    }
  }
  return found
}

let latest: { at: number; rows: Promise<Row[]> } | null = null

function snapshot(maxAgeMs: number): Promise<Row[]> {
  if (latest === null || performance.now() - latest.at > maxAgeMs) latest = { at: performance.now(), rows: listProcesses() }
  return latest.rows
}

async function listProcesses(): Promise<Row[]> {
  if (process.platform === 'linux') return listFromProc()
  try {
    const { stdout } = process.platform === 'win32' ? await listWindows() : await run('ps', ['-axo', 'pid=,ppid='], { timeout: 5_000 })
    return stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid, parent]) => (pid && parent !== undefined ? [{ pid, parent, marker: null }] : []))
  } catch {
    return []
  }
}

function listWindows(): Promise<{ stdout: string }> {
  const list = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId)" }'
  return run('powershell.exe', ['-NoProfile', '-Command', list], { timeout: 10_000, windowsHide: true })
}

async function listFromProc(): Promise<Row[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const rows = await Promise.all(pids.map(async (pid) => rowOf(Number(pid), await readProc(pid, 'stat'), await readProc(pid, 'environ'))))
  return rows.filter((row) => row !== null)
}

const markerStart = `${markerName}=`

/** Fields are counted behind the name, which may hold spaces and brackets; proc_pid_stat(5). */
function rowOf(pid: number, stat: string, environ: string): Row | null {
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === undefined || state === 'Z' || parent === undefined) return null
  const entry = environ.split('\0').find((variable) => variable.startsWith(markerStart))
  return { pid, parent: Number(parent), marker: entry?.slice(markerStart.length) ?? null }
}

async function readProc(pid: string, file: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
