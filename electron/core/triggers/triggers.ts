import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/app-error.ts'
import { idSchema, timeSchema } from '../../../shared/domain/common.ts'
import {
  triggerConfigSchema,
  type Fired,
  type Firing,
  type MatchingFiles,
  type ReadTime,
  type Trigger,
  type TriggerConfig,
  type TriggerPatch,
} from '../../../shared/domain/trigger.ts'
import type { Git } from '../git/git.ts'
import type { Log } from '../log.ts'
import { newId } from '../storage/id.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { makeOwnFolder } from '../storage/own-folder.ts'
import { FolderWatches } from './folder-watches.ts'
import { filterFault, newHookSecret, readHook, type HookHeaders } from './hook.ts'
import { shown, type Payload } from './payload.ts'
import type { RunEnd, RunStarter } from './run-starter.ts'
import { readTime } from './time-reading.ts'
import { Timetable, wallClock, type WallClock } from './timetable.ts'
import { checkedConfig, checkedOn } from './trigger-check.ts'
import { noTrigger, TriggerLine, type KeptTrigger, type LineDeps } from './trigger-line.ts'

const mostTriggers = 500

const keptSchema = triggerConfigSchema.extend({
  id: idSchema,
  createdAt: timeSchema,
  since: timeSchema,
  /** It has to be known to check a signature, with nobody there to unlock a key store: it lies here, where only the user can read. */
  secret: z.string().optional(),
})
const fileSchema = z.object({ version: z.literal(1).default(1), triggers: z.array(keptSchema).default([]) })

export type TriggersOptions = {
  home: string
  watch: StoreWatch
  git: Git
  starter: RunStarter
  log?: Log
  /** Throws where the recipe is not there, or would not take these inputs. */
  checkRecipe?: (recipe: string, inputs: Record<string, unknown>) => Promise<void>
  /** A trigger, or what is shown of it, has changed or is gone. */
  onChange?: (id: string) => void
  /** It has fired, and this came of it at once. */
  onFired?: (recipe: string, outcome: Fired['outcome']) => void
  clock?: WallClock
}

/** What starts runs by itself: times, files, commits, other runs and calls. `triggers.json` and `triggers/<id>.jsonl`. */
export class Triggers {
  readonly #options: TriggersOptions
  readonly #file: JsonStore<z.infer<typeof fileSchema>>
  readonly #lines = new Map<string, TriggerLine>()
  readonly #timetable: Timetable
  readonly #clock: WallClock
  readonly #watches: FolderWatches
  #stopListening: () => void = () => {}

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>, options: TriggersOptions) {
    this.#file = file
    this.#options = options
    this.#clock = options.clock ?? wallClock
    this.#timetable = new Timetable(this.#clock)
    this.#watches = new FolderWatches({ log: options.log, problems: options.watch.problems })
  }

  /** Goes on where it was cut off, and waits for what is on. */
  static async open(options: TriggersOptions): Promise<Triggers> {
    const { home, watch } = options
    makeOwnFolder(join(home, 'triggers'))
    const path = join(home, 'triggers.json')
    const file = await JsonStore.open({ path, schema: fileSchema, fallback: fileSchema.parse({}), holds: 'your triggers', watch })
    const triggers = new Triggers(file, options)
    await triggers.#start()
    return triggers
  }

  /** The oldest first. */
  list(): Trigger[] {
    return [...this.#lines.values()].map((line) => line.view())
  }

  /** Throws NOT_FOUND. */
  get(id: string): Trigger {
    return this.#line(id).view()
  }

  /** Null where there is none. */
  find(id: string): Trigger | null {
    return this.#lines.get(id)?.view() ?? null
  }

  /**
   * `secret`: what callers of a hook sign with; it is never shown again. Throws what `checkedConfig` does, what is wrong with its recipe and
   * inputs, and LIMIT_REACHED.
   */
  async create(config: TriggerConfig): Promise<{ trigger: Trigger; secret: string | null }> {
    const checked = await checkedConfig(config)
    await this.#options.checkRecipe?.(checked.recipe, checked.inputs)
    if (this.#lines.size >= mostTriggers)
      throw new AppError('LIMIT_REACHED', `There are ${mostTriggers} triggers, and more are not kept. Delete some first.`)
    const now = this.#time()
    const secret = checked.on.kind === 'hook' ? newHookSecret() : undefined
    const kept = { ...checked, id: newId('trig'), createdAt: now, since: now, ...(secret === undefined ? {} : { secret }) }
    await this.#file.change((file) => ({ ...file, triggers: [...file.triggers, kept] }))
    const line = await this.#open(kept)
    await line.start({ goesOn: false })
    this.#options.onChange?.(kept.id)
    return { trigger: line.view(), secret: secret ?? null }
  }

  /** Throws NOT_FOUND, and what `create` does. A hook's secret is new, and answered, where it had none. */
  update(id: string, patch: TriggerPatch): Promise<{ trigger: Trigger; secret: string | null }> {
    return this.#changing(id, async (line) => {
      const before = line.kept
      const config = triggerConfigSchema.parse({ ...before, ...patch })
      // One whose folder or recipe is gone can still be switched off.
      const checked = patch.on || patch.inputs ? await checkedConfig(config) : config
      if (patch.recipe !== undefined || patch.inputs) await this.#options.checkRecipe?.(checked.recipe, checked.inputs)
      const isNew = JSON.stringify(checked.on) !== JSON.stringify(before.on) || (checked.enabled && !before.enabled)
      const secret = checked.on.kind === 'hook' && before.secret === undefined ? newHookSecret() : null
      const kept = { ...before, ...checked, since: isNew ? this.#time() : before.since, ...(secret === null ? {} : { secret }) }
      await this.#keep(line, kept)
      return { trigger: line.view(), secret }
    })
  }

  /** It fires again after it has paused itself. Throws NOT_FOUND. */
  resume(id: string): Promise<Trigger> {
    return this.#changing(id, async (line) => {
      await this.#keep(line, { ...line.kept, since: this.#time() })
      await line.firings.resume()
      return line.view()
    })
  }

  /** From now on callers have to sign with this one. Throws NOT_FOUND, STATE_CONFLICT for what is no hook. */
  renewSecret(id: string): Promise<{ secret: string }> {
    return this.#changing(id, async (line) => {
      if (line.kept.on.kind !== 'hook') throw new AppError('STATE_CONFLICT', 'Only a trigger that is called at an address has a secret.')
      const secret = newHookSecret()
      await this.#keep(line, { ...line.kept, secret })
      return { secret }
    })
  }

  /** Its history goes too; runs that it has started go on. Throws NOT_FOUND. */
  remove(id: string): Promise<void> {
    return this.#changing(id, async (line) => {
      await this.#file.change((file) => ({ ...file, triggers: file.triggers.filter((one) => one.id !== id) }))
      this.#lines.delete(id)
      await line.remove()
      this.#options.onChange?.(id)
    })
  }

  /** A person, or a program, presses the button; also of one that is off. Throws NOT_FOUND. */
  async fire(id: string, payload: Payload = {}): Promise<Fired> {
    return this.#line(id).firings.fire({ payload: { ...payload, kind: 'click' }, byPerson: true })
  }

  /**
   * A call at the hook's address, with its body as it came. The same `webhook-id` again starts nothing. Throws NOT_FOUND, TOO_LARGE,
   * UNAUTHORIZED, BAD_REQUEST; when it could not be kept, what the disk says.
   */
  async receive(id: string, headers: HookHeaders, body: Buffer): Promise<Fired> {
    const line = this.#lines.get(id)
    const secret = line?.kept.secret
    if (line?.kept.on.kind !== 'hook' || secret === undefined) throw new AppError('NOT_FOUND', 'There is no hook at this address.')
    const call = readHook(secret, headers, body)
    const fault = filterFault(line.kept.on.filter, call.body)
    return line.firings.fire({ payload: { kind: 'hook', body: call.body }, key: call.key, skip: fault })
  }

  /** The newest first. Throws NOT_FOUND. */
  async history(
    id: string,
    { cursor = null, limit = 50 }: { cursor?: string | null; limit?: number } = {},
  ): Promise<{ items: Firing[]; nextCursor: string | null }> {
    const { firings, more } = await this.#line(id).journal.page({ before: cursor, limit })
    const items = firings.map(({ inputs: _inputs, depth: _depth, payload, ...firing }) => ({
      ...firing,
      triggerId: id,
      payload: shown(payload),
    }))
    return { items, nextCursor: more ? (items.at(-1)?.id ?? null) : null }
  }

  /** A time as somebody writes it, read back. Throws BAD_REQUEST, which says what to write instead. */
  readTime(said: { text: string; timeZone?: string | undefined }): ReadTime {
    return readTime(said, this.#clock.now())
  }

  /** What a pattern means in a folder now. Throws what a trigger with it would. */
  async matchingFiles({ folder, glob }: { folder: string; glob: string }): Promise<MatchingFiles> {
    const on = await checkedOn({ kind: 'files', folder, glob, debounceMs: 0 })
    return this.#watches.matching(on.kind === 'files' ? on : { folder, glob })
  }

  async close(): Promise<void> {
    this.#stopListening()
    await Promise.all([...this.#lines.values()].map((line) => line.close()))
    this.#timetable.close()
    await this.#watches.close()
  }

  async #start(): Promise<void> {
    for (const kept of this.#file.current().triggers) await this.#open(kept)
    this.#stopListening = this.#options.starter.onEnded((end) => this.#ended(end))
    await Promise.all([...this.#lines.values()].map((line) => line.start({ goesOn: true })))
    for (const end of this.#options.starter.recentEnds()) {
      for (const line of this.#lines.values())
        if (line.kept.missed !== 'none' && end.endedAt >= line.kept.since) line.runEnded(end, this.#depthAfter(end))
    }
  }

  async #open(kept: KeptTrigger): Promise<TriggerLine> {
    const line = await TriggerLine.open(kept, join(this.#options.home, 'triggers', `${kept.id}.jsonl`), this.#deps())
    this.#lines.set(kept.id, line)
    return line
  }

  #deps(): LineDeps {
    const { git, starter, watch, log, onChange, onFired } = this.#options
    return {
      git,
      watches: this.#watches,
      starter,
      disk: watch.disk,
      timetable: this.#timetable,
      now: this.#clock.now,
      onChange: (id) => onChange?.(id),
      onFired: (recipe, outcome) => onFired?.(recipe, outcome),
      onFault: (id, error) => log?.warn({ triggerId: id, err: error }, 'a trigger could not go on, and tries again'),
    }
  }

  #ended(end: RunEnd): void {
    const depth = this.#depthAfter(end)
    if (end.cause.kind === 'trigger') this.#lines.get(end.cause.triggerId)?.ownRunEnded(end.cause.firingId, end)
    for (const line of this.#lines.values()) line.runEnded(end, depth)
  }

  #depthAfter({ origin }: RunEnd): number {
    if (origin.kind !== 'trigger') return 1
    return (this.#lines.get(origin.triggerId)?.journal.state.firings.get(origin.firingId)?.depth ?? 0) + 1
  }

  /** One change of a trigger after the other: each goes by what those before it have made of it. */
  async #changing<T>(id: string, change: (line: TriggerLine) => Promise<T>): Promise<T> {
    return this.#line(id).inTurn(() => change(this.#line(id)))
  }

  async #keep(line: TriggerLine, kept: KeptTrigger): Promise<void> {
    await this.#file.change((file) => ({ ...file, triggers: file.triggers.map((one) => (one.id === kept.id ? kept : one)) }))
    await line.change(kept)
  }

  #line(id: string): TriggerLine {
    const line = this.#lines.get(id)
    if (!line) throw noTrigger(id)
    return line
  }

  #time(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}
