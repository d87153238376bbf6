import { toAppError } from '../../../shared/app-error.ts'
import { systemCode } from '../storage/storage-error.ts'
import { reporter, serve, startedWith } from '../threads/serve.ts'
import { Follow } from './follow.ts'
import { Copier, type ScanState } from './copier.ts'
import { vaultProtocol } from './worker-protocol.ts'

/** The thread that reads and copies, so that the app's own never waits for it. */
const { folder, rescanMinutes, ...first } = startedWith(vaultProtocol.data)
let sources = first.sources
const say = reporter(vaultProtocol)

const scanEveryMs = 100
let latestScan: ScanState | null = null
let scanTimer: NodeJS.Timeout | null = null
let isOpen = false
let isClosing = false

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

const copier = new Copier({
  folder,
  sources,
  onRecords: (records) => say({ type: 'records', records: [...records] }),
  onScan: tellScan,
})
const rescan = setInterval(() => void copier.scan(), rescanMinutes * 60_000)

const follows = new Map<string, Follow>()

/** A pass over everything, every few minutes, sees what is not told. */
function followWords(fault: unknown): string {
  const why =
    systemCode(fault) === 'ENOSPC' ? 'the system watches no more folders (fs.inotify.max_user_watches)' : toAppError(fault).message
  return `Changes of Claude Code's history are seen only every ${rescanMinutes} minutes: ${why}.`
}

/** Watches these and goes through them; those that are not wanted any more are let go of. */
function follow(wanted: typeof sources): void {
  sources = wanted
  copier.keepFrom(sources)
  if (!isOpen || isClosing) return
  const names = new Set(sources.map(({ name }) => name))
  for (const [name, old] of follows) {
    if (names.has(name)) continue
    follows.delete(name)
    void old.close()
  }
  for (const source of sources) {
    if (follows.has(source.name)) continue
    const made = new Follow(source.folder, {
      onChange: (path) => void copier.changed(source, path),
      onFound: () => void copier.scanAnew(),
      onFault: (fault) => say({ type: 'problem', message: followWords(fault) }),
    })
    follows.set(source.name, made)
  }
  void copier.scanAnew()
}

async function close(): Promise<void> {
  isClosing = true
  clearInterval(rescan)
  if (scanTimer) clearTimeout(scanTimer)
  await Promise.all([...follows.values()].map((follow) => follow.close()))
  await copier.close()
}

/** Does it for each of the paths; one of a source that is not followed any more is nobody's. */
async function each(
  name: string,
  paths: readonly string[],
  act: (source: (typeof sources)[number], path: string) => Promise<void>,
): Promise<null> {
  const source = sources.find((one) => one.name === name)
  if (source) await Promise.all(paths.map((path) => act(source, path)))
  return null
}

serve(vaultProtocol, {
  calls: {
    scan: async () => {
      // What was written just before the call is meant too.
      await copier.scanAnew()
      return null
    },
    look: ({ source, paths }) => each(source, paths, (from, path) => copier.changed(from, path)),
    remove: ({ source, paths, what }) => each(source, paths, (from, path) => copier.remove(from, path, what)),
  },
  tell: ({ sources: wanted }) => follow(wanted),
  close,
})

try {
  await copier.open()
  say({ type: 'loaded' })
  isOpen = true
  follow(sources)
} catch (thrown) {
  say({ type: 'problem', message: toAppError(thrown).message })
  say({ type: 'loaded' })
}
