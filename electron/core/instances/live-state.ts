import type { Effort } from '../../../shared/domain/claude-info.ts'
import type { PermissionMode } from '../../../shared/domain/instance.ts'
import type { Controls } from '../claude/controls.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { LiveConfig } from '../claude/launch.ts'

/** What a running process was told to work with, and what is in force in it. */
export class LiveState {
  /** Only a process that was started for it may allow everything. */
  readonly mayBypass: boolean
  /** The full name of the model it answers with; null while that is not known. */
  model: string | null = null
  /** Null while it is not known. */
  mode: PermissionMode | null
  effort: Effort | null = null
  fastMode: boolean | null = null
  #told: LiveConfig
  #last: Promise<unknown> = Promise.resolve()

  /** `config`: what it was started with. Its effort and fast mode are told to it later. */
  constructor({ model, permissionMode }: LaunchConfig) {
    this.mayBypass = permissionMode === 'bypassPermissions'
    this.mode = permissionMode ?? null
    this.#told = { ...(model === undefined ? {} : { model }), ...(permissionMode === undefined ? {} : { permissionMode }) }
  }

  /** What it was told last. */
  get told(): LiveConfig {
    return this.#told
  }

  /** True when it can be brought to work with this. */
  mayBecome({ permissionMode }: LiveConfig): boolean {
    return permissionMode !== 'bypassPermissions' || this.mayBypass
  }

  /** Claude Code goes on in another mode, or with another model, effort or speed, without having been told by us. */
  follows<K extends keyof LiveConfig>(field: K, value: LiveConfig[K]): void {
    this.#told = withField(this.#told, field, value)
  }

  /** Reads what is in force. */
  async look(controls: Controls): Promise<void> {
    const { model, effort, fastMode } = await controls.applied()
    this.model = model ?? this.model
    this.effort = effort
    this.fastMode = fastMode
  }

  /**
   * Has it work with what is wanted from its next request on, also in the middle of a turn; answers whether anything had to change.
   * Throws with Claude Code's reason; what was changed before that stays changed, and is known.
   */
  bring(controls: Controls, wanted: LiveConfig): Promise<boolean> {
    const next = this.#last.then(() => this.#bring(controls, wanted))
    this.#last = next.catch(() => {})
    return next
  }

  async #bring(controls: Controls, wanted: LiveConfig): Promise<boolean> {
    const { model, permissionMode, effort, fastMode } = this.#told
    let changed = false
    if (wanted.model !== model) {
      await controls.setModel(wanted.model ?? null)
      this.#told = withField(this.#told, 'model', wanted.model)
      changed = true
    }
    if (wanted.permissionMode !== permissionMode) {
      await this.#setMode(controls, wanted.permissionMode)
      changed = true
    }
    if (wanted.effort !== effort) {
      await controls.setEffort(wanted.effort ?? null)
      this.#told = withField(this.#told, 'effort', wanted.effort)
      changed = true
    }
    if (wanted.fastMode !== fastMode) {
      await controls.setFastMode(wanted.fastMode ?? null)
      this.#told = withField(this.#told, 'fastMode', wanted.fastMode)
      changed = true
    }
    if (changed) await this.look(controls)
    return changed
  }

  async #setMode(controls: Controls, wanted: PermissionMode | undefined): Promise<void> {
    const before = { mode: this.mode, told: this.#told }
    const own = wanted === undefined ? (await controls.applied()).ownMode : wanted
    const mode = own === 'bypassPermissions' && !this.mayBypass ? 'default' : own
    // Known before it is said: what Claude Code says of it is then no news.
    this.mode = mode
    this.#told = withField(this.#told, 'permissionMode', wanted)
    try {
      await controls.setMode(mode)
    } catch (thrown) {
      this.mode = before.mode
      this.#told = before.told
      throw thrown
    }
  }
}

function withField<K extends keyof LiveConfig>(config: LiveConfig, field: K, value: LiveConfig[K]): LiveConfig {
  const { [field]: _before, ...rest } = config
  return value === undefined ? rest : { ...rest, [field]: value }
}
