import type { Notice } from '../../../shared/domain/event.ts'
import type { Turn } from '../../../shared/domain/turn.ts'
import type { AnnouncedCall, ClaudeExit } from '../claude/claude-event.ts'
import { exitWords } from '../claude/launch.ts'
import { AccountWatch } from './account-watch.ts'
import { Availability } from './availability.ts'
import { Background } from './background.ts'
import type { InstanceDeps } from './instance-deps.ts'
import { turnLost } from './instance-errors.ts'
import type { InstanceSeed } from './instance-seed.ts'
import { LaunchSettings } from './launch-settings.ts'
import { LiveChanges } from './live-changes.ts'
import type { PauseSeed } from './pauses.ts'
import { ProcessEvents } from './process-events.ts'
import { ProcessLife } from './process-life.ts'
import { TurnDriver } from './turn-driver.ts'
import { UseRecord } from './use-record.ts'

/** What an instance is made of, put together: what happens to one part is told to those that it concerns. */
export class InstanceParts {
  readonly id: string
  readonly settings: LaunchSettings
  readonly use: UseRecord
  readonly work: Availability
  readonly life: ProcessLife
  readonly driver: TurnDriver
  readonly background: Background
  readonly events: ProcessEvents
  readonly live: LiveChanges
  readonly account: AccountWatch
  /** The current conversation; null: none. */
  conversationId: string | null
  readonly #deps: InstanceDeps

  constructor(seed: InstanceSeed, deps: InstanceDeps) {
    this.id = seed.id
    this.#deps = deps
    this.settings = new LaunchSettings(seed.config, deps.recorder, deps.expand)
    this.conversationId = seed.conversationId
    this.use = new UseRecord(seed, deps.clock)
    this.background = this.#newBackground()
    this.life = this.#newLife(seed.paused)
    this.driver = this.#newDriver()
    this.work = new Availability({ life: this.life, driver: this.driver, name: () => this.settings.config.name })
    this.events = this.#newEvents()
    this.account = new AccountWatch({
      env: () => this.settings.config.env,
      controls: () => this.life.holder.held?.process.controls ?? null,
      news: deps.accounts,
    })
    this.live = new LiveChanges({
      settings: this.settings,
      recorder: deps.recorder,
      life: this.life,
      models: deps.models,
      conversationId: () => this.conversationId,
      onChange: () => this.changed(),
    })
  }

  /** What held messages back may be over: begins with those that may begin now. */
  goOn(): void {
    if (this.driver.queue.size === 0) return
    this.driver.pump()
    this.driver.tellWaiting()
  }

  /** The view has changed. */
  changed(): void {
    this.#deps.onChange(this.id)
  }

  #newLife(paused: PauseSeed): ProcessLife {
    const { clock, launch } = this.#deps
    return new ProcessLife({
      clock,
      launch,
      paused,
      driver: () => this.driver,
      events: () => this.events,
      background: () => this.background,
      name: () => this.settings.config.name,
      conversationId: () => this.conversationId,
      launchConfig: (conversationId) => this.settings.of(conversationId),
      own: () => this.settings.own,
      unprepared: () => this.#deps.unprepared(this.id, this.settings.config.cwd),
      onUp: () => this.#deps.work.comesUp(this.settings.config.cwd),
      onChange: () => this.changed(),
      onCrash: (exit, again) => this.#crashed(exit, again),
    })
  }

  #newDriver(): TurnDriver {
    const { recorder, desk, channel, stallSeconds, sessionHas, goesOnAt, continuation, bringBack, gate, holds, onApproval } = this.#deps
    return new TurnDriver({
      instanceId: this.id,
      recorder,
      desk,
      channel,
      stallSeconds,
      sessionHas,
      goesOnAt,
      continuation,
      bringBack,
      onApproval,
      onKept: this.#deps.onKept,
      holder: this.life.holder,
      background: this.background,
      config: () => this.settings.config,
      launchConfig: (conversationId, forkAt) => this.settings.of(conversationId, forkAt),
      mayWork: () => this.life.mayWork,
      wake: () => this.life.pauses.wake(),
      frozen: () => this.life.pauses.mode === 'freeze' || this.life.suspended,
      onChange: () => this.changed(),
      onNotice: (level, code, message) => this.#notice(level, code, message),
      gate,
      holds: (conversationIds) => this.#holds(conversationIds, holds),
      onTurn: (conversationId) => {
        this.conversationId = conversationId
        this.use.turnBegan()
      },
      onSent: ({ id: turnId, conversationId }, cwd, done) => this.#deps.work.turnBegins({ conversationId, turnId, cwd }, done),
      onLastingFailure: (error) => this.life.couldNotStart(error),
      onTaskOver: this.#deps.onTaskOver,
      endOwn: () => this.life.endOwn(),
      onTurnEnded: (turn) => this.#turnEnded(turn),
    })
  }

  #newBackground(): Background {
    const { recorder, desk, channel, onApproval } = this.#deps
    return new Background({
      instanceId: this.id,
      recorder,
      desk,
      channel,
      onApproval,
      onKept: this.#deps.onKept,
      held: () => this.life.holder.held,
      turnId: () => this.driver.run?.turn.id ?? null,
      onChange: () => this.changed(),
      onFree: () => void this.#freed(),
      onWork: (work) => this.#deps.work.background(work),
      onNotice: (level, code, message) => this.#notice(level, code, message),
    })
  }

  /** What waited for the end of work in the background goes on. */
  async #freed(): Promise<void> {
    this.changed()
    await this.life.renewIfOutdated()
    this.goOn()
  }

  async #holds(ids: readonly string[], holds: InstanceDeps['holds']): Promise<ReadonlyMap<string, string>> {
    const blocked = ids.flatMap((id): [string, string][] => {
      const words = this.background.blocks(id, this.settings.config.name)
      return words === null ? [] : [[id, words]]
    })
    return new Map([...(await holds(this.id, ids)), ...blocked])
  }

  #newEvents(): ProcessEvents {
    return new ProcessEvents({
      recorder: this.#deps.recorder,
      holder: () => this.life.holder,
      driver: () => this.driver,
      channel: this.#deps.channel,
      config: () => this.settings.config,
      launchConfig: (conversationId) => this.settings.of(conversationId),
      background: () => this.background,
      denies: (call) => this.#denies(call),
      onSpending: (turnId, models) => this.#deps.onSpending?.(turnId, models),
      onLimits: (windows) => this.account.heard(windows),
      onChange: () => this.changed(),
      onCommands: () => this.#deps.onCommands(this.id),
      onNotice: (...notice) => this.#notice(...notice),
    })
  }

  /** Asked before every call: the state of the files before it is kept first. */
  async #denies(call: AnnouncedCall): Promise<boolean> {
    const conversationId = this.life.holder.held?.conversationId ?? null
    const denied = await this.#deps.desk.denies({ ...call, instanceId: this.id })
    if (!denied && conversationId !== null) await this.#deps.work.beforeCall(conversationId, call)
    return denied
  }

  async #turnEnded(turn: Turn): Promise<void> {
    this.use.turnEnded()
    void this.account.look()
    if (this.#deps.recorder.openApprovals(turn.conversationId).length > 0) this.#deps.onKept(turn.conversationId)
    if (turn.outcome === 'done') this.life.recovery.wentWell()
    await this.life.renewIfOutdated()
    await this.#deps.betweenTurns(this.id)
  }

  async #crashed(exit: ClaudeExit, again: boolean): Promise<void> {
    const { run } = this.driver
    const conversationId = run?.turn.conversationId ?? this.conversationId
    this.#deps.onCrash({ instanceId: this.id, conversationId, turnId: run?.turn.id ?? null, restarts: again })
    if (run) await run.finish('lost', turnLost(run.open(), exit), { keeps: true })
    else {
      const what = again ? 'is started again' : 'stays down'
      this.#notice('warning', 'CRASHED', `${this.settings.config.name} ended unexpectedly${exitWords(exit)} and ${what}.`)
    }
  }

  #notice(level: Notice['level'], code: string, message: string): void {
    const conversationId = this.driver.run?.turn.conversationId ?? this.conversationId
    this.#deps.onNotice({ level, code, message, instanceId: this.id, conversationId, at: new Date().toISOString() })
  }
}
