import { readdir } from 'node:fs/promises'
import { readProcFile } from '../storage/proc-file.ts'
import { runPowerShell, runPs, statFields } from '../storage/process-identity.ts'
import { markerName } from './environment.ts'

/** A running process. `identity`: as `processIdentity` tells it; null where it is hidden from us. `marker`: on Linux alone. */
export type ProcessRow = { pid: number; parent: number; identity: string | null; marker: string | null }

/** All processes of the system that can be seen; none when it does not say. */
export async function listProcesses(): Promise<ProcessRow[]> {
  try {
    if (process.platform === 'linux') return await listFromProc()
    return parseProcessList(process.platform === 'win32' ? await runPowerShell(windowsList) : await runPs(['-axo', 'pid=,ppid=,lstart=']))
  } catch {
    return []
  }
}

const windowsList =
  'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $(if ($_.CreationDate) { $_.CreationDate.ToFileTimeUtc() })" }'

/** Lines of an id, the parent's id, and when it was started. */
export function parseProcessList(stdout: string): ProcessRow[] {
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, ...started] = line.trim().split(/\s+/)
    if (!/^\d+$/.test(pid ?? '') || !/^\d+$/.test(parent ?? '')) return []
    return [{ pid: Number(pid), parent: Number(parent), identity: started.join(' ') || null, marker: null }]
  })
}

async function listFromProc(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const each = pids.values()
  const rows: ProcessRow[] = []
  const look = async (): Promise<void> => {
    for (const pid of each) {
      const row = await rowOf(pid)
      if (row) rows.push(row)
    }
  }
  await Promise.all(Array.from({ length: looksAtOnce }, look))
  return rows
}

/** Files that are open at once, of which a process may have few; the system answers four at a time anyway. */
const looksAtOnce = 8
const markerStart = `${markerName}=`

async function rowOf(pid: number): Promise<ProcessRow | null> {
  const fields = statFields(await readProcFile(`/proc/${pid}/stat`))
  if (fields === null) return null
  const environ = await readProcFile(`/proc/${pid}/environ`)
  const entry = environ.split('\0').find((variable) => variable.startsWith(markerStart))
  return { pid, parent: fields.parent, identity: fields.startedAt, marker: entry?.slice(markerStart.length) ?? null }
}
