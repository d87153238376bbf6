import type { PoolEvent } from '../../shared/domain/event.ts'
import { conversationFolders } from './conversations/conversation-folders.ts'
import type { Claude } from './claude/claude.ts'
import type { RewindStore } from './changes/rewind-store.ts'
import type { Completion } from './completion/completion.ts'
import type { SessionOwners } from './conversations/session-owners.ts'
import type { Drafts } from './drafts/drafts.ts'
import { charactersIn } from './events/characters-in.ts'
import { EventLog } from './events/event-log.ts'
import type { HealthService } from './health.ts'
import type { RememberedCalls } from './instances/remembered-calls.ts'
import type { Library } from './library/library.ts'
import { LogFile, type Log } from './log.ts'
import type { Lookup } from './lookup/lookup.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Pool } from './pool/pool.ts'
import type { ProfileDesk } from './profiles/profile-desk.ts'
import type { Cipher } from './secrets/key-store.ts'
import type { QueueHost } from './runs/queue-host.ts'
import type { RunStore } from './runs/run-store.ts'
import type { Search } from './search/search.ts'
import { SettingsStore } from './settings/settings-store.ts'
import { acquireDataFolder, type DataFolderLock } from './storage/data-folder.ts'
import { DiskWatch } from './storage/disk-watch.ts'
import { tellFolderRisks } from './storage/folder-safety.ts'
import type { StoreWatch } from './storage/json-store.ts'
import { removeLeftoverFiles } from './storage/leftover-files.ts'
import { Problems } from './storage/problems.ts'
import type { Topics } from './topics/topics.ts'

export type CoreOptions = {
  /** The data folder; created when missing. */
  home: string
  shell: 'desktop' | 'web'
  /** Asks for the demo model; it is also used when nobody is signed in. */
  demo: boolean
  env: NodeJS.ProcessEnv
  version: string
  /** Encrypts secrets by the system; the desktop shell has one. */
  cipher?: Cipher
}

export type Closer = () => void | Promise<void>

/** Parts that are told of things before they are there: what opens first feeds what opens later. */
export type Late = {
  claude?: Claude
  lookup?: Lookup
  pool?: Pool
  library?: Library
  health?: HealthService
  metrics?: Metrics
  search?: Search
  completion?: Completion
  owners?: SessionOwners
  drafts?: Drafts
  remembered?: RememberedCalls
  rewinds?: RewindStore
  topics?: Topics
  profiles?: ProfileDesk
  runTurns?: QueueHost
  runs?: RunStore
}

/** What every part stands on. */
export type Ground = {
  options: CoreOptions
  /** Called in reverse at the end. */
  closers: Closer[]
  lock: DataFolderLock
  log: Log
  /** What is wrong with the app itself, and whether the data folder can be written: for every store. */
  watch: StoreWatch
  events: EventLog<PoolEvent>
  settings: SettingsStore
  late: Late
}

/** Takes the data folder. Throws an AppError that says what is wrong with it. */
export async function openGround(options: CoreOptions, closers: Closer[]): Promise<Ground> {
  const { home, env } = options
  const lock = await acquireDataFolder(home)
  closers.push(() => lock.release())
  const logFile = new LogFile(home, env['BULLPEN_LOG'] ?? 'info')
  closers.push(() => logFile.close())
  const events = new EventLog<PoolEvent>({ sync: (seq) => ({ type: 'sync', seq }), weigh: weightOf, maxEvents: 2_000 })
  closers.push(() => events.close())
  const late: Late = {}
  const watch = await watchFolder(home, logFile.logger, late)
  closers.push(() => watch.disk.close())
  const settings = await SettingsStore.open({ folder: home, watch })
  closers.push(settings.onChange((value) => events.publish((seq) => ({ type: 'settings', seq, settings: value }))))
  return { options, closers, lock, log: logFile.logger, watch, events, settings, late }
}

/** Whatever is wrong with the data folder is logged, and told to everybody as the app's health. */
async function watchFolder(home: string, log: Log, late: Late): Promise<StoreWatch> {
  const problems = new Problems({
    onChange: () => late.health?.changed(),
    onRaise: ({ id, message }) => log.warn({ problem: id, message }, 'a problem'),
  })
  const disk = new DiskWatch({
    folder: home,
    onChange: (error) => {
      if (error) log.warn({ code: error.code, message: error.message }, 'the data folder cannot be written')
      else log.info('the data folder can be written again')
      late.health?.changed()
      late.runs?.heldChanged()
    },
  })
  await disk.follow()
  await tellFolderRisks(home, problems)
  void removeLeftoverFiles(home, Date.now() - 1_000, new Set(conversationFolders)).then(
    (files) => files > 0 && log.info({ files }, 'unfinished files were removed'),
  )
  return { problems, disk }
}

function weightOf(event: PoolEvent): number {
  if (event.type === 'approval') return 1_000 + charactersIn(event.approval)
  return event.type === 'shell' ? 1_000 + charactersIn(event.runs) : 1_000
}
