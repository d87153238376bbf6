import { AppError, toAppError } from '../../../shared/app-error.ts'
import type { ModelInfo } from '../../../shared/domain/claude-info.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { LivePatch, LiveSettings } from '../../../shared/domain/live.ts'
import type { LiveConfig } from '../claude/launch.ts'
import { launchConfigOf } from './launch-config.ts'
import type { LaunchSettings } from './launch-settings.ts'
import { checkLive } from './live-check.ts'
import type { ProcessLife } from './process-life.ts'
import type { Held } from './process-holder.ts'
import type { TurnRecorder } from './turn-recorder.ts'

/** The models of each account, as Claude Code listed them last. */
export type KnownModels = {
  /** `env`: what an instance's own environment adds. Null: none was ever listed. */
  get: (env: Readonly<Record<string, string>>) => ModelInfo[] | null
  keep: (env: Readonly<Record<string, string>>, models: readonly ModelInfo[]) => void
}

export type LiveChangesDeps = {
  settings: LaunchSettings
  recorder: TurnRecorder
  life: ProcessLife
  models: KnownModels
  /** The current conversation of the instance. */
  conversationId: () => string | null
  onChange: () => void
}

/** Changes model, effort, speed and permission mode of a conversation, in the running process where there is one. */
export class LiveChanges {
  readonly #deps: LiveChangesDeps
  #last: Promise<unknown> = Promise.resolve()

  constructor(deps: LiveChangesDeps) {
    this.#deps = deps
  }

  /** The models that the account has: asked of the process where there is one that answers, else as they were listed last. */
  async models(): Promise<ModelInfo[] | null> {
    const { settings, models } = this.#deps
    const held = this.#responsive()
    const fresh = held === null ? null : await held.process.controls.models().catch(() => null)
    if (fresh === null) return models.get(settings.config.env)
    models.keep(settings.config.env, fresh)
    return fresh
  }

  /** What a conversation works with. */
  async settings(conversationId: string): Promise<LiveSettings> {
    const held = this.#heldFor(conversationId)
    const wanted = this.#wanted(this.#deps.recorder.get(conversationId))
    if (held !== null && held.live.model === null) await held.live.look(held.process.controls).catch(() => {})
    return answerOf(wanted, held)
  }

  /**
   * Changes what a conversation works with from its next request on, also in the middle of a turn, and keeps it. Throws BAD_REQUEST for
   * what its model or account does not have, STATE_CONFLICT for what its process may not do; nothing is changed then.
   */
  change(conversationId: string, patch: LivePatch): Promise<LiveSettings> {
    const next = this.#last.then(() => this.#change(conversationId, patch))
    this.#last = next.catch(() => {})
    return next
  }

  async #change(conversationId: string, patch: LivePatch): Promise<LiveSettings> {
    const { settings, recorder, onChange } = this.#deps
    const before = recorder.get(conversationId)
    const own = settings.own
    const chosen = chosenOf(patch, own)
    const next = this.#wanted(withChosen(before, chosen))
    checkLive({ patch, next, models: await this.models(), own })
    const held = this.#heldFor(conversationId)
    if (held !== null) await this.#bring(held, next, this.#wanted(before))
    try {
      await this.#keep(before, chosen)
    } catch (thrown) {
      if (held !== null) await held.live.bring(held.process.controls, this.#wanted(before)).catch(() => {})
      throw thrown
    }
    onChange()
    return answerOf(next, held)
  }

  /** All of it, or nothing. */
  async #bring(held: Held, next: LiveConfig, before: LiveConfig): Promise<void> {
    if (!held.live.mayBecome(next)) throw notStartedFor(this.#deps.settings.config.name)
    const { controls } = held.process
    try {
      await held.live.bring(controls, next)
    } catch (thrown) {
      await held.live.bring(controls, before).catch(() => {})
      throw new AppError('STATE_CONFLICT', `${toAppError(thrown).message} Nothing was changed.`, { cause: thrown })
    }
  }

  async #keep(before: Conversation, chosen: LivePatch): Promise<void> {
    const { recorder } = this.#deps
    const { id } = before
    if (chosen.model !== undefined && chosen.model !== (before.model ?? null)) await recorder.setModel(id, chosen.model)
    if (chosen.permissionMode !== undefined && chosen.permissionMode !== (recorder.get(id).permissionMode ?? null))
      await recorder.setMode(id, chosen.permissionMode)
    if (chosen.effort !== undefined && chosen.effort !== (before.effort ?? null)) await recorder.setEffort(id, chosen.effort)
    if (chosen.fastMode !== undefined && chosen.fastMode !== (before.fastMode ?? null)) await recorder.setFastMode(id, chosen.fastMode)
  }

  #wanted(conversation: Conversation): LiveConfig {
    const { model, permissionMode, effort, fastMode } = launchConfigOf(this.#deps.settings.config, conversation)
    return {
      ...(model === undefined ? {} : { model }),
      ...(permissionMode === undefined ? {} : { permissionMode }),
      ...(effort === undefined ? {} : { effort }),
      ...(fastMode === undefined ? {} : { fastMode }),
    }
  }

  /** The process that is in the conversation, or that its next turn is likely to be in, as long as it answers. */
  #heldFor(conversationId: string): Held | null {
    const held = this.#responsive()
    if (held === null) return null
    const isIn = held.conversationId === null ? this.#deps.conversationId() === conversationId : held.conversationId === conversationId
    return isIn ? held : null
  }

  #responsive(): Held | null {
    const { holder, pauses, suspended } = this.#deps.life
    return pauses.mode === 'freeze' || suspended || !holder.hasProcess ? null : holder.held
  }
}

/** What the instance itself is set to is not chosen in the conversation: it goes along when the instance is changed. */
function chosenOf(patch: LivePatch, own: LiveConfig): LivePatch {
  const isOwnModel = patch.model === own.model || (patch.model === 'default' && own.model === undefined)
  return {
    ...patch,
    ...(patch.model !== undefined && isOwnModel ? { model: null } : {}),
    ...(patch.permissionMode !== undefined && patch.permissionMode === own.permissionMode ? { permissionMode: null } : {}),
    ...(patch.effort !== undefined && patch.effort === own.effort ? { effort: null } : {}),
  }
}

function withChosen(conversation: Conversation, { model, permissionMode, effort, fastMode }: LivePatch): Conversation {
  const { model: oldModel, permissionMode: oldMode, effort: oldEffort, fastMode: oldFast, ...rest } = conversation
  const next = {
    model: model === undefined ? oldModel : (model ?? undefined),
    permissionMode: permissionMode === undefined ? oldMode : (permissionMode ?? undefined),
    effort: effort === undefined ? oldEffort : (effort ?? undefined),
    fastMode: fastMode === undefined ? oldFast : (fastMode ?? undefined),
  }
  return { ...rest, ...next }
}

function answerOf({ model, permissionMode, effort, fastMode }: LiveConfig, held: Held | null): LiveSettings {
  const live = held?.live
  return {
    model: live?.model ?? model ?? null,
    effort: live?.effort ?? effort ?? null,
    fastMode: live?.fastMode ?? fastMode ?? null,
    permissionMode: live?.mode ?? permissionMode ?? null,
    applied: held !== null,
  }
}

function notStartedFor(name: string): AppError {
  const message = `The running process of ${name} wasn’t started with “Allow everything”, so it can’t switch to it. Set it for the instance, which starts a new process, or park the instance first. Nothing was changed.`
  return new AppError('STATE_CONFLICT', message, { data: { field: 'permissionMode' } })
}
