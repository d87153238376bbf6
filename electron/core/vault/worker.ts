import { parentPort, workerData } from 'node:worker_threads'
import { toAppError } from '../../../shared/app-error.ts'
import { systemCode } from '../storage/storage-error.ts'
import { Follow } from './follow.ts'
import { VaultKeeper, type ScanState } from './vault-keeper.ts'
import { workerDataSchema, workerRequestSchema, type WorkerReport } from './worker-protocol.ts'

/** The thread that reads and copies, so that the app's own never waits for it. */
const port = parentPort
if (!port) throw new Error('This file runs as a worker of the vault.')
const { folder, sources, rescanMinutes } = workerDataSchema.parse(workerData)
const say = (report: WorkerReport): void => port.postMessage(report)

const scanEveryMs = 100
let latestScan: ScanState | null = null
let scanTimer: NodeJS.Timeout | null = null

/** Ten times a second is often enough to look at; the last word is told at once. */
function tellScan(scan: ScanState): void {
  latestScan = scan
  if (!scan.running) return sayScan()
  scanTimer ??= setTimeout(sayScan, scanEveryMs)
}

function sayScan(): void {
  if (scanTimer) clearTimeout(scanTimer)
  scanTimer = null
  if (latestScan) say({ type: 'scan', scan: latestScan })
}

const keeper = new VaultKeeper({
  folder,
  sources,
  onRecords: (records) => say({ type: 'records', records: [...records] }),
  onScan: tellScan,
})
const rescan = setInterval(() => void keeper.scan(), rescanMinutes * 60_000)

const follows: Follow[] = []

/** A pass over everything, every few minutes, sees what is not told. */
function followWords(fault: unknown): string {
  const why =
    systemCode(fault) === 'ENOSPC' ? 'the system watches no more folders (fs.inotify.max_user_watches)' : toAppError(fault).message
  return `Changes of Claude Code's history are seen only every ${rescanMinutes} minutes: ${why}.`
}

async function close(): Promise<void> {
  clearInterval(rescan)
  if (scanTimer) clearTimeout(scanTimer)
  await Promise.all(follows.map((follow) => follow.close()))
  await keeper.close()
  port?.close()
}

port.on('message', (raw: unknown) => {
  const request = workerRequestSchema.parse(raw)
  if (request.type === 'close') return void close()
  if (request.type === 'scan') return void keeper.scan().then(() => say({ type: 'done', id: request.id }))
  const source = sources.find(({ name }) => name === request.source)
  const act = async (path: string): Promise<void> => {
    if (!source) return undefined
    return request.type === 'look' ? keeper.changed(source, path) : keeper.remove(source, path, request.what)
  }
  return void Promise.all(request.paths.map(act)).then(() => say({ type: 'done', id: request.id }))
})

try {
  await keeper.open()
  say({ type: 'loaded' })
  for (const source of sources) {
    const follow = new Follow(source.folder, {
      onChange: (path) => void keeper.changed(source, path),
      onFault: (fault) => say({ type: 'problem', message: followWords(fault) }),
    })
    follows.push(follow)
  }
  void keeper.scan()
} catch (thrown) {
  say({ type: 'problem', message: toAppError(thrown).message })
  say({ type: 'loaded' })
}
