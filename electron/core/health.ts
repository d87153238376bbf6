import { homedir } from 'node:os'
import { sep } from 'node:path'
import { AppError, toAppError } from '../../shared/app-error.ts'
import type { Health } from '../../shared/domain/health.ts'
import type { Claude } from './claude/claude.ts'
import type { StoreWatch } from './storage/json-store.ts'
import { LoopDelay } from './loop-delay.ts'

export type HealthDeps = {
  claude: Claude
  version: string
  shell: 'desktop' | 'web'
  demo: boolean
  dataFolder: string
  reaped: number
  watch: StoreWatch
  onChange: (health: Health) => void
}

type ClaudeHealth = Omit<Health['claude'], 'heldBack'>

/** Says how the app is: which claude it runs, whether it is signed in, and whether the data folder can be written. */
export class HealthService {
  readonly #deps: HealthDeps
  readonly #startedAt = new Date()
  readonly #begun = performance.now()
  readonly #loop = new LoopDelay()
  #claude: Promise<ClaudeHealth> | null = null
  #closed = false

  constructor(deps: HealthDeps) {
    this.#deps = deps
  }

  /** Whether answers come from the demo model. */
  get demo(): boolean {
    return this.#deps.demo
  }

  /** The present state; `claude` is looked for once and then remembered. */
  async current(): Promise<Health> {
    this.#claude ??= this.#look()
    return this.#build(await this.#claude)
  }

  /** Looks for `claude` and its login again and tells everybody. */
  async check(): Promise<Health> {
    this.#claude = this.#look()
    const health = await this.current()
    this.#deps.onChange(health)
    return health
  }

  /** Tells everybody: what is wrong with the data folder or the app itself has changed. Never rejects. */
  changed(): void {
    void this.current().then((health) => {
      if (!this.#closed) this.#deps.onChange(health)
    })
  }

  /** The user has read it. Throws NOT_FOUND for a problem that is no more, or that stays until it is solved. */
  async dismiss(id: string): Promise<Health> {
    if (!this.#deps.watch.problems.dismiss(id)) throw new AppError('NOT_FOUND', 'There is no such problem to dismiss. Reload the list.')
    return this.current()
  }

  close(): void {
    this.#closed = true
    this.#loop.close()
  }

  async #look(): Promise<ClaudeHealth> {
    const { claude } = this.#deps
    const login = await claude.login().catch(() => ({ loggedIn: false, account: null }))
    try {
      const { path, version, source } = await claude.locate({ again: true })
      return { path, version, source, ...login }
    } catch (thrown) {
      return { path: null, version: null, source: null, ...login, error: toAppError(thrown).toInfo() }
    }
  }

  #build(claude: ClaudeHealth): Health {
    const { version, shell, demo, dataFolder, reaped, watch } = this.#deps
    return {
      version,
      startedAt: this.#startedAt.toISOString(),
      uptimeSeconds: Math.round((performance.now() - this.#begun) / 1_000),
      claude: { ...claude, heldBack: this.#deps.claude.heldBack() },
      demo,
      shell,
      platform: { os: process.platform, canFreeze: process.platform !== 'win32', home: homedir(), separator: sep },
      dataFolder,
      storageError: watch.disk.error,
      problems: watch.problems.list(),
      reaped,
      core: { loopDelayP99Ms: this.#loop.p99Ms(), memoryMb: Math.round(process.memoryUsage.rss() / 1_048_576) },
    }
  }
}
