import { AppError } from '../../../shared/app-error.ts'
import type { AgentInfo, CommandInfo } from '../../../shared/domain/claude-info.ts'
import type { InstanceConfig } from '../../../shared/domain/instance.ts'
import type { Controls } from '../claude/controls.ts'
import type { Log } from '../log.ts'
import { KnownLists, type Lists } from './known-lists.ts'

/** What is asked of an instance. */
export type AskedInstance = {
  config: Pick<InstanceConfig, 'cwd' | 'env' | 'mcpServers'>
  /** Its process, when that can be asked now, and where it works. */
  answering: { controls: Controls; cwd: string } | null
}

export type CommandsDeps = {
  /** Where lists are kept. */
  folder: string
  /** Null: there is no such instance. */
  instance: (id: string) => AskedInstance | null
  /** Starts the process where there is none. Throws why it cannot. */
  controls: (id: string) => Promise<Controls>
  /** What is remembered for an instance has changed. */
  onChange: (instanceId: string) => void
  log: Log
}

export type Known = { commands: CommandInfo[]; agents: AgentInfo[]; readAt: string | null }

/** The slash commands and sub-agents of instances: from their processes, or as they were said last. */
export class Commands {
  readonly #deps: CommandsDeps
  readonly #lists: KnownLists
  /** Processes that were asked already: they say themselves when something changes. */
  readonly #asked = new WeakSet<Controls>()
  readonly #noticed = new WeakSet<Controls>()
  readonly #asking = new Map<string, Promise<Lists | null>>()

  constructor(deps: CommandsDeps) {
    this.#deps = deps
    this.#lists = new KnownLists(deps.folder, deps.log)
  }

  /** What is remembered of the folder (the instance's own unless given), at once. A process that is there is asked behind that, if it was not yet. */
  async known(id: string, cwd?: string): Promise<Known> {
    const { config, answering } = this.#instance(id)
    if (answering && !this.#asked.has(answering.controls)) void this.refresh(id)
    const lists = await this.#lists.get(keyOf(config, cwd ?? config.cwd))
    return lists ?? { commands: [], agents: [], readAt: null }
  }

  /** It has changed in some way: a process that is new is asked once, so that its folder's commands are known when it is gone. */
  noticed(id: string): void {
    const answering = this.#deps.instance(id)?.answering
    if (answering && !this.#noticed.has(answering.controls)) {
      this.#noticed.add(answering.controls)
      void this.refresh(id)
    }
  }

  /** Asks its process, which is started where there is none. Throws why it cannot be asked. */
  async fresh(id: string): Promise<Known> {
    const controls = await this.#deps.controls(id)
    const lists = await ask(controls)
    await this.#keep(id, controls, lists)
    return lists
  }

  /** Asks the process that is there; null when there is none or it does not answer. Never rejects. */
  refresh(id: string): Promise<Lists | null> {
    const running = this.#asking.get(id)
    if (running) return running
    const asking = this.#refresh(id).finally(() => this.#asking.delete(id))
    this.#asking.set(id, asking)
    return asking
  }

  #instance(id: string): AskedInstance {
    const instance = this.#deps.instance(id)
    if (instance === null) throw new AppError('NOT_FOUND', 'There is no such instance. Reload the list of instances.')
    return instance
  }

  async #refresh(id: string): Promise<Lists | null> {
    try {
      const { answering } = this.#instance(id)
      if (answering === null) return null
      const lists = await ask(answering.controls)
      await this.#keep(id, answering.controls, lists)
      return lists
    } catch (err) {
      this.#deps.log.info({ err, id }, 'the commands of an instance could not be read')
      return null
    }
  }

  async #keep(id: string, controls: Controls, lists: Lists): Promise<void> {
    this.#asked.add(controls)
    const { config, answering } = this.#instance(id)
    const cwd = answering?.controls === controls ? answering.cwd : config.cwd
    if (await this.#lists.put(keyOf(config, cwd), lists)) this.#deps.onChange(id)
  }
}

async function ask(controls: Controls): Promise<Lists> {
  const [commands, agents] = await Promise.all([controls.commands(), controls.agents()])
  return { readAt: new Date().toISOString(), commands, agents }
}

/** What decides which commands there are. */
function keyOf({ env, mcpServers }: AskedInstance['config'], cwd: string): string {
  return JSON.stringify([cwd, env['CLAUDE_CONFIG_DIR'] ?? null, Object.keys(mcpServers).toSorted()])
}
