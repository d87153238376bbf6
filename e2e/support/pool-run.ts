import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { patienceMs } from './until.ts'
import { instanceConfigSchema } from '../../shared/domain/instance.ts'
import { ScriptedWorld } from './scripted-claude.ts'
import { copyFolder, openScriptedPool, type ScriptedPool } from './scripted-pool.ts'

/** A pool over scripted processes in a folder of its own, and what tests say to it, over several lives of the app. */
export class PoolRun {
  readonly root: string
  readonly world = new ScriptedWorld()
  #life = 0
  #open: ScriptedPool | null = null

  private constructor(root: string) {
    this.root = root
  }

  static async begin(): Promise<PoolRun> {
    const run = new PoolRun(await mkdtemp(join(tmpdir(), 'bullpen-pool-')))
    await run.open()
    return run
  }

  /** The data folder of this life. */
  get folder(): string {
    return join(this.root, String(this.#life))
  }

  get pool(): ScriptedPool['pool'] {
    return this.#opened.pool
  }

  get conversations(): ScriptedPool['conversations'] {
    return this.#opened.conversations
  }

  /** An instance without a process, and a conversation of its own. */
  async make(name: string): Promise<{ id: string; conversationId: string }> {
    const { id } = await this.pool.instances.create({ ...instanceConfigSchema.parse({ name, cwd: this.root }), start: false })
    const conversation = await this.conversations.create({ instanceId: id })
    return { id, conversationId: conversation.id }
  }

  send(conversationId: string, text: string) {
    return this.pool.send(conversationId, { text, priority: 5 })
  }

  submit(text: string, change: { instanceId?: string; retries?: number } = {}) {
    return this.pool.tasks.submit({ text, priority: 5, retries: 0, retryDelaySeconds: 1, ...change })
  }

  /** The turn of this prompt, once it runs. */
  runs(text: string) {
    return until(`“${text}” to run`, () => this.world.open.find((turn) => turn.text === text))
  }

  waiting() {
    return this.pool.tasks.list({}).filter(({ state }) => state === 'waiting')
  }

  /** Killed, the app leaves its files as they are at that moment. */
  async kill(): Promise<void> {
    const before = this.folder
    this.#life += 1
    copyFolder(before, this.folder)
    this.world.killAll()
    await this.close()
    await this.open()
  }

  async quit(): Promise<void> {
    await this.close()
    await this.open()
  }

  async close(): Promise<void> {
    await this.#opened.close()
  }

  async open(): Promise<void> {
    this.#open = await openScriptedPool(this.folder, this.world)
  }

  async end(): Promise<void> {
    await this.close()
    await rm(this.root, { recursive: true, force: true })
  }

  get #opened(): ScriptedPool {
    if (this.#open === null) throw new Error('It was not opened.')
    return this.#open
  }
}

/** Resolves with what `check` gives once that is something. */
export function until<T>(what: string, check: () => T): Promise<NonNullable<T>> {
  return vi
    .waitUntil(check, { timeout: patienceMs, interval: 2 })
    .then((found) => {
      if (found === null || found === undefined) throw new Error('Nothing.')
      return found
    })
    .catch(() => Promise.reject(new Error(`Waited in vain for ${what}.`)))
}
