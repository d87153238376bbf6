import { Core } from '../../electron/core/core.ts'
import { appEnv, makeFolders, removeRun, type AppFolders } from './app.ts'

/** The app's core inside the test's own process, on folders of its own, answered by the demo model. */
export type CoreRun = {
  readonly core: Core
  folders: AppFolders
  close: () => Promise<void>
  /** Ends it and opens it again on the same folders; `between` happens while it is closed. */
  reopen: (between?: () => Promise<void>) => Promise<void>
}

/** `kept`: the folders of an earlier run, whose core was closed. */
export async function openCore(kept?: AppFolders): Promise<CoreRun> {
  const folders = kept ?? (await makeFolders())
  const open = () => Core.open({ home: folders.data, shell: 'web', demo: true, env: appEnv(folders), version: '0.0.0' })
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
  return Core.open({ home: folders.data, shell: 'web', demo: false, env: { ...appEnv(folders), ...env }, version: '0.0.0' })
}
