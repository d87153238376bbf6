import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Git } from '../../electron/core/git/git.ts'
import type { ScanLimits } from '../../electron/core/snapshots/scan.ts'
import type { Snapshot, TakeRequest } from '../../electron/core/snapshots/snapshot.ts'
import { Snapshots } from '../../electron/core/snapshots/snapshots.ts'
import { storeWatch } from './store-watch.ts'

type MakeOptions = { repository?: boolean; limits?: Partial<ScanLimits>; data?: string }

/** A folder of files and a data folder with its snapshots, both real, made for one test. */
export class SnapshotFolder {
  /** The folder whose files are kept. */
  readonly folder: string
  readonly data: string
  readonly home: string
  readonly #root: string
  readonly #limits: Partial<ScanLimits>
  readonly watch: ReturnType<typeof storeWatch>
  snapshots: Snapshots
  on = true
  hasGit = true
  days = 30
  limitMb = 1024
  living: ReadonlySet<string> = new Set()

  private constructor(root: string, limits: Partial<ScanLimits>, data: string) {
    this.#root = root
    this.#limits = limits
    this.folder = join(root, 'project')
    this.data = data
    this.home = join(root, 'home')
    this.watch = storeWatch(this.data)
    this.snapshots = this.#open()
  }

  /** `data`: a data folder that is there already. */
  static async make({ repository = false, limits = {}, data }: MakeOptions = {}): Promise<SnapshotFolder> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-snapshots-')))
    const made = new SnapshotFolder(root, limits, data ?? join(root, 'data'))
    await Promise.all([made.folder, made.data, made.home].map((path) => mkdir(path, { recursive: true })))
    if (repository) made.git('init', '-q')
    return made
  }

  /** The user's own git in the folder. */
  git(...args: string[]): string {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b']
    return execFileSync('git', [...who, ...args], { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'], env: this.#env() }).toString()
  }

  take(request: Partial<TakeRequest> = {}): Promise<Snapshot> {
    return this.snapshots.take(this.folder, { edge: 'seen', conversationId: null, turnId: null, ...request })
  }

  /** Every file of a snapshot with its mode and bytes (as latin1). */
  async files({ tree }: Snapshot): Promise<Record<string, [mode: string, bytes: string]>> {
    const changes = await this.snapshots.diff(this.folder, emptyTree, tree)
    const all: [string, [string, string]][] = []
    for (const { path, new: entry } of changes) {
      if (entry) all.push([path, [entry.mode, (await this.snapshots.read(this.folder, entry.object)).toString('latin1')]])
    }
    return Object.fromEntries(all)
  }

  /** The folder of its store. */
  async place(): Promise<string> {
    const [name = ''] = (await readdir(join(this.data, 'snapshots'))).filter((one) => !one.includes('damaged'))
    return join(this.data, 'snapshots', name)
  }

  /** As after a restart of the app. */
  async reopen(): Promise<void> {
    await this.snapshots.close()
    this.snapshots = this.#open()
  }

  async remove(): Promise<void> {
    await this.snapshots.close()
    this.watch.disk.close()
    await rm(this.#root, { recursive: true, force: true })
  }

  #open(): Snapshots {
    return new Snapshots({
      git: new Git(() => Promise.resolve(this.hasGit ? this.#env() : { PATH: this.home })),
      home: this.data,
      userHome: this.home,
      on: () => this.on,
      days: () => this.days,
      limitMb: () => this.limitMb,
      isLiving: (id) => this.living.has(id),
      watch: this.watch,
      log: pino({ level: 'silent' }),
      limits: this.#limits,
    })
  }

  #env(): NodeJS.ProcessEnv {
    return { ...process.env, HOME: this.home, XDG_CONFIG_HOME: join(this.home, '.config') }
  }
}

/** What git calls a tree without files. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
