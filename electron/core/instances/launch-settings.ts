import type { InstanceConfig, InstancePatch, PermissionMode } from '../../../shared/domain/instance.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { LiveConfig } from '../claude/launch.ts'
import { launchConfigOf, type Expand } from './launch-config.ts'
import type { TurnRecorder } from './turn-recorder.ts'

type Recorder = Pick<TurnRecorder, 'get' | 'setMode' | 'setModel' | 'setEffort'>

/** What an instance's processes are started with: its configuration, and what was chosen in a conversation since. */
export class LaunchSettings {
  readonly #recorder: Recorder
  readonly #expand: Expand
  #config: InstanceConfig

  constructor(config: InstanceConfig, recorder: Recorder, expand: Expand) {
    this.#config = config
    this.#recorder = recorder
    this.#expand = expand
  }

  get config(): InstanceConfig {
    return this.#config
  }

  /** What of it can be changed in a running process. */
  get own(): LiveConfig {
    const { model, permissionMode, effort } = this.#config
    return {
      ...(model === undefined ? {} : { model }),
      ...(permissionMode === undefined ? {} : { permissionMode }),
      ...(effort === undefined ? {} : { effort }),
    }
  }

  /** For a conversation; `null` for a new one. `from`: as for `launchConfigOf`. */
  of(conversationId: string | null, from?: string | null): LaunchConfig {
    return launchConfigOf(this.#config, conversationId === null ? null : this.#recorder.get(conversationId), from, this.#expand)
  }

  modeIn(conversationId: string | null): PermissionMode | undefined {
    return this.#chosenIn(conversationId).permissionMode ?? this.#config.permissionMode
  }

  modelIn(conversationId: string | null): string | undefined {
    return this.#chosenIn(conversationId).model ?? this.#config.model
  }

  /** Takes a changed configuration. What the user sets counts at once, whatever was chosen in the current conversation before. */
  async change(config: InstanceConfig, set: InstancePatch, conversationId: string | null): Promise<void> {
    this.#config = config
    if (conversationId === null) return
    const { permissionMode, model, effort } = this.#chosenIn(conversationId)
    if (set.permissionMode !== undefined && permissionMode !== undefined) await this.#recorder.setMode(conversationId, null)
    if (set.model !== undefined && model !== undefined) await this.#recorder.setModel(conversationId, null)
    if (set.effort !== undefined && effort !== undefined) await this.#recorder.setEffort(conversationId, null)
  }

  #chosenIn(conversationId: string | null): Partial<Pick<ReturnType<Recorder['get']>, 'permissionMode' | 'model' | 'effort'>> {
    return conversationId === null ? {} : this.#recorder.get(conversationId)
  }
}
