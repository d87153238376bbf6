import { Core } from '../../electron/core/core.ts'
import { startDemoModel, type DemoModel } from '../../electron/demo/demo-model.ts'
import { appEnv, makeFolders, removeRun, type AppFolders } from './app.ts'

/** The app's core inside the test's own process, on folders of its own, answered by the demo model. */
export type CoreRun = {
  readonly core: Core
  folders: AppFolders
  close: () => Promise<void>
  /** Ends it and opens it again on the same folders; `between` happens while it is closed. */
  reopen: (between?: () => Promise<void>) => Promise<void>
}

/** `kept`: the folders of an earlier run, whose core was closed. `env`: what else its environment has. */
export async function openCore(kept?: AppFolders, env: Record<string, string> = {}): Promise<CoreRun> {
  const folders = kept ?? (await makeFolders())
  const open = () => Core.open({ home: folders.data, shell: 'web', demo: true, env: appEnv(folders, env), version: '0.0.0' })
  let core = await open()
  const close = async (): Promise<void> => {
    await core.close()
    await removeRun(folders)
  }
  const reopen = async (between?: () => Promise<void>): Promise<void> => {
    await core.close()
    await between?.()
    core = await open()
  }
  return {
    get core() {
      return core
    },
    folders,
    close,
    reopen,
  }
}

/** A core on folders that are there, which works for the account that `env` says instead of the demo model. */
export function coreWith(folders: AppFolders, env: Record<string, string>): Promise<Core> {
  return Core.open({ home: folders.data, shell: 'web', demo: false, env: appEnv(folders, env), version: '0.0.0' })
}

/** The same with the token of a plan, so that Claude Code tells of usage limits; it can be closed and opened again. */
export class PlanRun {
  readonly folders: AppFolders
  readonly #model: DemoModel
  #core: Core | null = null

  private constructor(folders: AppFolders, model: DemoModel) {
    this.folders = folders
    this.#model = model
  }

  static async begin(): Promise<PlanRun> {
    const run = new PlanRun(await makeFolders(), await startDemoModel())
    await run.open()
    return run
  }

  get core(): Core {
    if (this.#core === null) throw new Error('It is closed.')
    return this.#core
  }

  async open(): Promise<void> {
    const env = appEnv(this.folders, { ANTHROPIC_BASE_URL: this.#model.url, CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' })
    this.#core = await Core.open({ home: this.folders.data, shell: 'web', demo: false, env, version: '0.0.0' })
  }

  async close(): Promise<void> {
    await this.core.close()
    this.#core = null
  }

  async end(): Promise<void> {
    await this.close()
    await this.#model.close()
    await removeRun(this.folders)
  }
}
