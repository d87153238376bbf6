import type { ModelInfo } from '../../../shared/domain/claude-info.ts'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { BackgroundOutput } from '../../../shared/domain/background.ts'
import type { FromProfile, Instance as InstanceView, InstanceConfig, InstancePatch, PauseMode } from '../../../shared/domain/instance.ts'
import { startsForWork } from '../../../shared/domain/way.ts'
import type { Controls } from '../claude/controls.ts'
import type { ConversationStore } from '../conversations/conversation-store.ts'
import { Instance } from '../instances/instance.ts'
import type { InstanceDeps } from '../instances/instance-deps.ts'
import { checkOwnMode } from '../instances/live-check.ts'
import type { InstanceSeed } from '../instances/instance-seed.ts'
import type { Made } from '../instances/tenure.ts'
import { newId } from '../storage/id.ts'
import type { JsonStore } from '../storage/json-store.ts'
import { checkFolder } from './folder-check.ts'
import type { InstanceFile } from './instance-file.ts'
import type { InstanceSet } from './instance-set.ts'
import { patchConfig } from './patch-config.ts'
import type { Publisher } from './publisher.ts'
import type { Spares } from '../processes/spares.ts'

export type InstanceRosterDeps = {
  file: JsonStore<InstanceFile>
  instances: InstanceSet
  conversations: ConversationStore
  publisher: Publisher
  spares: Spares
  /** What a new instance works with. */
  instanceDeps: (instance: () => Instance) => InstanceDeps
  /** Who is there has changed, or what they may do: work may have found somebody. */
  onChange: () => void
  /** Which models each account has, as far as that is known. */
  models: Pick<InstanceDeps['models'], 'get'>
  /** Throws BAD_REQUEST for what it names and is not there. */
  checkConfig: (config: InstanceConfig) => void
  /** Throws when there is no `claude` to run. */
  locateClaude: () => Promise<unknown>
}

/** Who is there: makes, changes, starts, pauses and removes instances, and keeps the file that says which there are. */
export class InstanceRoster {
  readonly #deps: InstanceRosterDeps
  readonly #instances: InstanceSet
  #closed = false
  /** Takes back what waits for the disk; null while nothing does. */
  #again: (() => void) | null = null

  constructor(deps: InstanceRosterDeps) {
    this.#deps = deps
    this.#instances = deps.instances
  }

  /** Builds the instances that were there, those in use parked. */
  load(): void {
    const { file, conversations } = this.#deps
    for (const entry of file.current().instances) {
      const { conversationId, wanted, pause, resting, made, askedIn, lease } = entry
      const known = conversationId !== null && conversations.has(conversationId) && conversations.get(conversationId).state === 'active'
      this.#add({
        ...entry,
        conversationId: known ? conversationId : null,
        paused: { pause: pause ?? (wanted && !resting ? 'park' : null), resting },
        tenure: { made, askedIn, lease },
      })
    }
    this.#expectAll()
  }

  /** Writes what there is for the last time. */
  async close(): Promise<void> {
    this.#again?.()
    await this.save()
    this.#closed = true
  }

  /** All, in the order they were made in. */
  list(): InstanceView[] {
    return this.#instances.all().map((instance) => instance.view())
  }

  /** Throws NOT_FOUND. */
  get(id: string): InstanceView {
    return this.#instances.get(id).view()
  }

  /** Checks everything that can be checked at once, then starts the process without waiting for it. */
  async create(input: InstanceConfig & { start: boolean }, id = newId('inst')): Promise<InstanceView> {
    const { start, ...config } = input
    const folders = await this.#checked(input)
    this.#instances.nameIsFree(config.name, null)
    const instance = await this.make({ ...config, ...folders }, id)
    if (start && !startsForWork(config.way)) void instance.start()
    this.#deps.publisher.instance(instance.id)
    return instance.view()
  }

  /** Throws what `create` would throw; answers the full path of its folder. */
  async check(input: InstanceConfig & { start: boolean }): Promise<string> {
    return (await this.#checked(input)).cwd
  }

  /** The configuration with full paths. Throws what `create` would throw. */
  async prepared(config: InstanceConfig): Promise<InstanceConfig> {
    return { ...config, ...(await this.#checked({ ...config, start: false })) }
  }

  /** A person uses it: the pool does not remove it any more. */
  adopt(id: string | null): void {
    const instance = this.#instances.find(id)
    if (!instance?.tenure.adopt()) return
    this.saveSoon()
    this.#deps.publisher.instanceChanged(instance.id)
  }

  /** What is known of it elsewhere, and shown with it, has changed. */
  changed(id: string): void {
    this.#deps.publisher.instanceChanged(id)
  }

  /** Takes what is changed; a new process, where one is needed, comes between two turns. */
  async update(id: string, patch: InstancePatch & { fromProfile?: FromProfile | null }): Promise<InstanceView> {
    const instance = this.#instances.get(id)
    const config = patchConfig(instance.config, patch)
    this.#instances.nameIsFree(config.name, id)
    if (patch.savedServers !== undefined || patch.mcpServers !== undefined) this.#deps.checkConfig(config)
    const isOther = patch.permissionMode !== undefined || patch.model !== undefined
    if (isOther) checkOwnMode(config, this.#deps.models.get(config.env), patch.permissionMode === undefined ? 'model' : 'permissionMode')
    if (patch.cwd !== undefined) config.cwd = await checkFolder(config.cwd)
    if (patch.addDirs !== undefined) config.addDirs = await Promise.all(config.addDirs.map((folder) => checkFolder(folder, 'addDirs')))
    await this.#write((others) => others.map((entry) => (entry.id === id ? { ...entry, config } : entry)))
    instance.tenure.adopt()
    await instance.configure(config, patch)
    this.#expect(instance)
    this.saveSoon()
    return instance.view()
  }

  /** What these name has changed, although they have not: they go along as soon as they may, and those that failed for it start again. */
  async follow(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const instance = this.#instances.find(id)
      if (!instance) continue
      if (instance.failure?.code === 'SECRET_MISSING') instance.recover()
      await instance.configure(instance.config, {})
      this.#expect(instance)
    }
    this.#keepSpares()
  }

  /** Ends the process and forgets the instance; its conversations stay and can be given to another. */
  async remove(id: string): Promise<void> {
    const instance = this.#instances.get(id)
    instance.checkRemovable()
    await this.#write((others) => others.filter((entry) => entry.id !== id))
    await instance.close()
    this.#instances.remove(id)
    this.#keepSpares()
    this.saveSoon()
    for (const conversation of await this.#conversationsOf(id)) await this.#deps.conversations.setInstance(conversation.id, null)
    this.#deps.publisher.instanceRemoved(id)
    // What goes on in its conversations may go to anybody now.
    this.#deps.onChange()
  }

  /** Starts its process; a failure is shown on the instance, not thrown. */
  start(id: string): Promise<InstanceView> {
    return this.#act(id, (instance) => instance.start())
  }

  pause(id: string, mode: PauseMode): Promise<InstanceView> {
    return this.#act(id, (instance) => instance.pause(mode))
  }

  resume(id: string): Promise<InstanceView> {
    return this.#act(id, (instance) => instance.resume())
  }

  /** Throws STATE_CONFLICT while `remove` would. */
  checkRemovable(id: string): void {
    this.#instances.get(id).checkRemovable()
  }

  stop(id: string): Promise<InstanceView> {
    return this.#act(id, (instance) => instance.stop())
  }

  restart(id: string): Promise<InstanceView> {
    return this.#act(id, (instance) => instance.restart())
  }

  /** Ends one task in the background. Throws NOT_FOUND. */
  stopTask(id: string, taskId: string): Promise<InstanceView> {
    return this.#act(id, (instance) => instance.stopTask(taskId))
  }

  /** The end of what a task in the background has written. Throws NOT_FOUND, or STATE_CONFLICT with the reason. */
  taskOutput(id: string, taskId: string): Promise<BackgroundOutput> {
    return this.#instances.get(id).taskOutput(taskId)
  }

  /** What its process can be asked and told beside prompts; starts it where there is none. Throws NOT_FOUND, and why it cannot. */
  controls(id: string, options: { start?: boolean } = {}): Promise<Controls> {
    return this.#instances.get(id).controls(options)
  }

  /** The models of its account. `start`: has a process there to ask; else without one they are as they were listed last. */
  async models(id: string, { start }: { start: boolean }): Promise<ModelInfo[]> {
    const instance = this.#instances.get(id)
    if (start) await instance.controls()
    return (await instance.live.models()) ?? []
  }

  has(id: string): boolean {
    return this.#instances.find(id) !== undefined
  }

  /** A process that works in a folder and can be asked now; null: there is none. */
  answeringIn(cwd: string): Controls | null {
    for (const { answering } of this.#instances.all()) if (answering?.cwd === cwd) return answering.controls
    return null
  }

  /** Its process, when that can be asked now, and the folder that it works in. Starts nothing. Throws NOT_FOUND. */
  answering(id: string): Instance['answering'] {
    return this.#instances.get(id).answering
  }

  interrupt(id: string): Promise<InstanceView> {
    return this.#act(id, (instance) => instance.interrupt())
  }

  /** Makes one of a configuration that was checked. */
  async make(config: InstanceConfig, id = newId('inst')): Promise<Instance> {
    const { instance, release } = await this.makeForWork(config, id)
    release()
    this.#deps.onChange()
    return instance
  }

  /** The same, with a turn counted for it before anybody sees it. */
  async makeForWork(
    config: InstanceConfig,
    id = newId('inst'),
    made: Made | null = null,
  ): Promise<{ instance: Instance; release: () => void }> {
    const entry = { id, config, createdAt: new Date().toISOString(), conversationId: null, turns: 0, lastUsedAt: null }
    const paused = { pause: null, resting: false }
    const tenure = { made, askedIn: null, lease: null }
    await this.#write((others) => [...others, { ...entry, ...paused, ...tenure, wanted: false }])
    const instance = this.#add({ ...entry, paused, tenure })
    const release = instance.work.reserve()
    this.#expect(instance)
    this.saveSoon()
    this.#deps.publisher.instance(instance.id)
    return { instance, release }
  }

  /** Writes the file only when something in it has changed. */
  async save(): Promise<void> {
    if (this.#closed) return
    // What waited for its turn to be written while the app was closed must not say how instances look once they have ended.
    await this.#write((entries) => (this.#closed ? entries : this.#instances.all().map(entryOf)))
  }

  /** Resolves when it is on disk, or when it is known that it has to wait for the disk. Never throws. */
  async saveNow(): Promise<void> {
    await this.save().catch(() => this.saveSoon())
  }

  /** The same for what has happened already: what cannot be written now is written as soon as it can be. Never throws. */
  saveSoon(): void {
    this.save().catch(() => {
      this.#again ??= this.#deps.file.onceWritable(() => {
        this.#again = null
        this.saveSoon()
      })
    })
  }

  async #checked(config: InstanceConfig & { start: boolean }): Promise<{ cwd: string; addDirs: string[] }> {
    this.#instances.nameIsFree(config.name, null)
    this.#deps.checkConfig(config)
    const cwd = await checkFolder(config.cwd)
    const addDirs = await Promise.all(config.addDirs.map((folder) => checkFolder(folder, 'addDirs')))
    checkOwnMode(config, this.#deps.models.get(config.env), 'permissionMode')
    if (config.start) await this.#deps.locateClaude()
    return { cwd, addDirs }
  }

  async #write(derive: (entries: InstanceFile['instances']) => InstanceFile['instances']): Promise<void> {
    await this.#deps.file.change(({ instances }) => ({ version: 1, instances: derive(instances) }))
  }

  #add(seed: InstanceSeed): Instance {
    const instance: Instance = new Instance(
      seed,
      this.#deps.instanceDeps(() => instance),
    )
    this.#instances.add(instance)
    return instance
  }

  /** Each way of launching that is there may be wanted, the one used last first. */
  #expectAll(): void {
    for (const instance of this.#instances.all().toSorted((a, b) => a.use.lastUsedAt - b.use.lastUsedAt)) this.#expect(instance)
    this.#deps.spares.tend()
  }

  /** A spare for it is likely to be wanted. */
  #expect({ config, launchConfig }: Instance): void {
    if (config.way !== 'fresh') this.#deps.spares.expect(launchConfig)
  }

  #keepSpares(): void {
    const users = this.#instances.all().filter(({ config }) => config.way !== 'fresh')
    this.#deps.spares.keepOnly(users.map(({ launchConfig }) => launchConfig))
  }

  async #act(id: string, action: (instance: Instance) => Promise<void>): Promise<InstanceView> {
    const instance = this.#instances.get(id)
    await action(instance)
    await this.saveNow()
    return instance.view()
  }

  async #conversationsOf(instanceId: string): Promise<Conversation[]> {
    const found: Conversation[] = []
    let cursor: string | undefined
    do {
      const page = await this.#deps.conversations.list({
        state: 'all',
        instanceId,
        limit: 500,
        ...(cursor === undefined ? {} : { cursor }),
      })
      found.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return found
  }
}

function entryOf(instance: Instance): InstanceFile['instances'][number] {
  const { id, createdAt, conversationId, paused, config, tenure } = instance
  const { turns, lastUsed: lastUsedAt } = instance.use
  return { id, createdAt, conversationId, wanted: instance.work.wanted, ...paused, ...tenure.seed, turns, lastUsedAt, config }
}
