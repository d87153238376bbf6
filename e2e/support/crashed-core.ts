import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Core } from '../../electron/core/core.ts'
import { instanceConfigSchema } from '../../shared/domain/instance.ts'
import { appEnv, makeFolders, removeRun, type AppFolders } from './app.ts'
import { until } from './until.ts'

/** How the process that asks comes to its end. */
export type Cut = 'app' | 'claude' | 'park' | 'quit'

const longMs = 60_000

/** The app's core on the demo model with one instance that asks before it does anything, and ways in which its process ends. */
export class CrashedCore {
  core: Core
  folders: AppFolders
  instanceId = ''

  private constructor(core: Core, folders: AppFolders) {
    this.core = core
    this.folders = folders
  }

  static async begin(): Promise<CrashedCore> {
    const folders = await makeFolders()
    const run = new CrashedCore(await openOn(folders), folders)
    run.instanceId = (
      await run.core.pool.instances.create({ ...instanceConfigSchema.parse({ name: 'asks', cwd: folders.work }), start: true })
    ).id
    await until('the instance to be ready', () => run.core.pool.instances.get(run.instanceId).state === 'idle', longMs)
    return run
  }

  read(name: string): string {
    return readFileSync(join(this.folders.work, name), 'utf8')
  }

  async cut(way: Cut): Promise<void> {
    const { pool } = this.core
    if (way === 'claude') this.#killClaude()
    else if (way === 'park') await pool.instances.pause(this.instanceId, 'park')
    else await this.#restart(way === 'app')
  }

  async end(): Promise<void> {
    await this.core.close()
    await removeRun(this.folders)
  }

  #killClaude(): void {
    const pid = this.core.pool.instances.get(this.instanceId).process?.pid
    // Zero would be everybody.
    if (pid !== undefined && pid > 1) process.kill(pid, 'SIGKILL')
  }

  /** Killed, the app leaves its files as they are at that moment. */
  async #restart(killed: boolean): Promise<void> {
    const { data } = this.folders
    const copy = `${data}-as-it-was`
    if (killed) {
      this.#killClaude()
      copyWhile(data, copy)
      rmSync(join(copy, 'lock'), { force: true })
    }
    await this.core.close()
    if (killed) this.folders = { ...this.folders, data: copy }
    this.core = await openOn(this.folders)
  }
}

/** Copies what is there of a folder in which others are at work; what goes meanwhile is not there. */
function copyWhile(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    try {
      if (entry.isDirectory()) copyWhile(source, target)
      else if (entry.isFile()) copyFileSync(source, target)
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
    }
  }
}

function openOn(folders: AppFolders): Promise<Core> {
  return Core.open({ home: folders.data, shell: 'web', demo: true, env: appEnv(folders), version: '0.0.0' })
}
