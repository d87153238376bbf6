import { toAppError } from '../../../shared/app-error.ts'
import type { LimitWindow } from '../../../shared/domain/account.ts'
import type { Notice } from '../../../shared/domain/event.ts'
import type { ConversationChannel } from '../events/conversation-channel.ts'
import type { AnnouncedCall, ClaudeEvent, PermissionAnswer, PermissionQuestion } from '../claude/claude-event.ts'
import type { ModelUsage } from '../claude/turn-account.ts'
import type { Background } from './background.ts'
import { folderGoneWords } from './instance-errors.ts'
import { LateLines } from './late-lines.ts'
import type { Held, ProcessHolder } from './process-holder.ts'
import type { InstanceConfig, PermissionMode } from '../../../shared/domain/instance.ts'
import type { LaunchConfig } from '../claude/claude-process.ts'
import type { TurnDriver } from './turn-driver.ts'
import type { TurnRecorder } from './turn-recorder.ts'

export type ProcessEventsDeps = {
  recorder: TurnRecorder
  holder: () => ProcessHolder
  driver: () => TurnDriver
  background: () => Background
  channel: (conversationId: string) => ConversationChannel
  config: () => InstanceConfig
  launchConfig: (conversationId: string) => LaunchConfig
  onLimits: (windows: readonly LimitWindow[]) => void
  onSpending: (turnId: string, models: readonly ModelUsage[]) => void
  onChange: () => void
  /** Its slash commands are others now. */
  onCommands: () => void
  onNotice: (level: Notice['level'], code: string, message: string) => void
  /** Whether a rule denies a call. */
  denies: (call: AnnouncedCall) => Promise<boolean>
}

const autoUnavailable =
  'Auto mode is not available for this model or account, so Claude asks before edits and commands. Choose another model to use it.'

/** Takes what an instance's process says: keeps its session, counts its unreadable lines, and gives the rest to the turn. */
export class ProcessEvents {
  readonly #deps: ProcessEventsDeps
  readonly #late: LateLines
  #skippedBefore = 0
  #skipped = 0

  constructor(deps: ProcessEventsDeps) {
    this.#deps = deps
    const { recorder, channel, onNotice } = deps
    const onFailure = (thrown: unknown) => onNotice('error', toAppError(thrown).code, toAppError(thrown).message)
    this.#late = new LateLines({ recorder, channel, onFailure })
  }

  /** Lines that could not be read, of all processes so far. */
  get skippedLines(): number {
    return this.#skippedBefore + this.#skipped
  }

  take(event: ClaudeEvent): void {
    if (event.type === 'session') {
      this.#session(event.sessionId, event.model)
      this.#modeInForce(event.permissionMode)
    }
    if (event.type === 'limits') return this.#deps.onLimits(event.windows)
    if (event.type === 'spending') return this.#spends(event.models)
    if (event.type === 'mode') this.#mode(event.mode)
    if (event.type === 'model' || event.type === 'effort' || event.type === 'fast-mode') this.#typed(event)
    if (event.type === 'commands') return this.#deps.onCommands()
    if (event.type === 'skipped') this.#skip(event.total, event.sample)
    if (event.type === 'notice') this.#deps.onNotice(event.level, event.code, event.message)
    for (const said of this.#late.take()) this.#say(said)
    if (event.type === 'said') return this.#say(event)
    const isOfBackground = this.#deps.background().take(event)
    for (const line of this.#deps.background().takeLines()) this.#say({ type: 'said', ...line })
    if (!isOfBackground) this.#deps.driver().handle(event)
  }

  denies(call: AnnouncedCall): Promise<boolean> {
    return this.#deps.denies(call)
  }

  ask(question: PermissionQuestion): Promise<PermissionAnswer> {
    const asked = this.#deps.background().ask(question) ?? this.#deps.driver().run?.ask(question)
    return asked ?? Promise.resolve({ behavior: 'deny', message: 'No turn is running.', interrupt: true, withdrawn: true })
  }

  /** A process works elsewhere than in `folder`: the conversation is told where, and is found from there from now on. */
  async elsewhere({ conversationId, cwd, process }: Held, folder: string): Promise<void> {
    const { recorder, channel, driver } = this.#deps
    if (conversationId === null || process.elsewhere === null) return
    if (process.sessionId !== null) await recorder.setSession(conversationId, { sessionId: process.sessionId, cwd })
    if (!process.elsewhere.folderGone) return
    const blocks = [{ type: 'text' as const, text: folderGoneWords(folder, cwd) }]
    const draft = { role: 'system' as const, blocks, turnId: driver().run?.turn.id ?? null }
    channel(conversationId).message(await recorder.appendMessage(conversationId, draft, { sync: false }))
  }

  #spends(models: readonly ModelUsage[]): void {
    const { run } = this.#deps.driver()
    if (run !== null && !run.ended) this.#deps.onSpending(run.turn.id, models)
  }

  #say(said: Extract<ClaudeEvent, { type: 'said' }>): void {
    const { run } = this.#deps.driver()
    const isIn = run !== null && !run.ended
    const conversationId = isIn ? run.turn.conversationId : (this.#deps.holder().held?.conversationId ?? null)
    if (conversationId === null) this.#late.wait(said)
    else if (!this.#late.isNew(conversationId, said)) return
    else if (isIn) run.handle(said)
    else this.#late.write(conversationId, said, run?.done ?? Promise.resolve())
  }

  #session(sessionId: string, model: string): void {
    const { recorder, holder, onNotice } = this.#deps
    const held = holder().held
    this.#answersWith(held, model)
    if (held !== null && held.live.fastMode === null) this.#look(held)
    const conversationId = held?.conversationId ?? null
    if (!held || conversationId === null || recorder.get(conversationId).sessionId === sessionId) return
    recorder
      .setSession(conversationId, { sessionId, cwd: held.cwd })
      .catch((thrown: unknown) => onNotice('error', 'INTERNAL', toAppError(thrown).message))
  }

  /** What else is in force, once; a Claude Code that does not say leaves it unknown. */
  #look({ live, process }: Held): void {
    live.look(process.controls).then(
      () => this.#deps.onChange(),
      () => {},
    )
  }

  #answersWith(held: Held | null, model: string): void {
    if (held === null || held.live.model === model) return
    held.live.model = model
    this.#deps.onChange()
  }

  /** Claude Code takes `auto` for a model that does not have it, and asks instead: that is said, and shown as what it is. */
  #modeInForce(mode: PermissionMode | null): void {
    const { holder, launchConfig, onNotice } = this.#deps
    const held = holder().held
    const conversationId = held?.conversationId ?? null
    const isFallback = mode !== null && mode !== 'auto' && conversationId !== null && launchConfig(conversationId).permissionMode === 'auto'
    if (mode !== null && held !== null && !isFallback) held.live.mode = mode
    if (!isFallback) return
    onNotice('warning', 'MODE_UNAVAILABLE', autoUnavailable)
    this.#mode(mode)
  }

  /** Claude goes on in another mode: the conversation keeps it. */
  #mode(mode: PermissionMode): void {
    const { recorder, holder, launchConfig, config } = this.#deps
    const held = holder().held
    if (held === null) return
    // What it was told by us is on disk already, or about to be.
    if (held.live.mode === mode) return
    held.live.mode = mode
    held.live.follows('permissionMode', mode)
    this.#keep(
      (id) => launchConfig(id).permissionMode === mode,
      (id) => recorder.setMode(id, mode === config().permissionMode ? null : mode),
    )
  }

  /** The user has typed another model, effort or speed into the conversation, which keeps it. */
  #typed(event: Extract<ClaudeEvent, { type: 'model' | 'effort' | 'fast-mode' }>): void {
    if (event.type === 'model') return this.#model(event.model, event.typed)
    const { recorder, holder, launchConfig } = this.#deps
    const held = holder().held
    if (event.type === 'effort') {
      const { effort } = event
      held?.live.follows('effort', effort ?? undefined)
      if (held) held.live.effort = effort
      return this.#keep(
        (id) => (launchConfig(id).effort ?? null) === effort,
        (id) => recorder.setEffort(id, effort),
      )
    }
    const { on } = event
    held?.live.follows('fastMode', on)
    if (held) held.live.fastMode = on
    return this.#keep(
      (id) => (launchConfig(id).fastMode ?? false) === on,
      (id) => recorder.setFastMode(id, on),
    )
  }

  /** The user has chosen another model in the conversation, which keeps it. */
  #model(model: string, typed: string): void {
    const { recorder, holder, config } = this.#deps
    const { model: own } = config()
    const held = holder().held
    this.#answersWith(held, model)
    const isOwn = typed === own || model === own || (typed === 'default' && !own)
    const chosen = isOwn ? own : typed
    held?.live.follows('model', chosen)
    this.#keep(
      (id) => this.#deps.launchConfig(id).model === chosen,
      (id) => recorder.setModel(id, isOwn ? null : typed),
    )
  }

  /** What has changed in its process is kept by the conversation. */
  #keep(isSo: (conversationId: string) => boolean, write: (conversationId: string) => Promise<unknown>): void {
    const { holder, onNotice, onChange } = this.#deps
    const conversationId = holder().held?.conversationId ?? null
    if (conversationId === null || isSo(conversationId)) return
    write(conversationId)
      .then(() => onChange())
      .catch((thrown: unknown) => onNotice('error', 'INTERNAL', toAppError(thrown).message))
  }

  /** Each process counts its own from one. */
  #skip(total: number, sample: string): void {
    const { onNotice, onChange } = this.#deps
    if (total <= this.#skipped) this.#skippedBefore += this.#skipped
    const first = this.skippedLines === 0
    this.#skipped = total
    const began = sample.slice(0, 120)
    if (first) onNotice('warning', 'LINES_SKIPPED', `Claude sent a line that couldn’t be read, so it was skipped. It starts with: ${began}`)
    onChange()
  }
}
