import { readdir, readFile } from 'node:fs/promises'
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
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const rows = await Promise.all(pids.map(async (pid) => rowOf(Number(pid), await readProc(pid, 'stat'), await readProc(pid, 'environ'))))
  return rows.filter((row) => row !== null)
}

const markerStart = `${markerName}=`

function rowOf(pid: number, stat: string, environ: string): ProcessRow | null {
  const fields = statFields(stat)
  if (fields === null) return null
  const entry = environ.split('\0').find((variable) => variable.startsWith(markerStart))
  return { pid, parent: fields.parent, identity: fields.startedAt, marker: entry?.slice(markerStart.length) ?? null }
}

async function readProc(pid: string, file: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
