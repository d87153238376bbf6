import { Core } from '../../electron/core/core.ts'
import { appEnv, makeFolders, removeRun, type AppFolders } from './app.ts'

/** The app's core inside the test's own process, on folders of its own, answered by the demo model. */
export type CoreRun = { core: Core; folders: AppFolders; close: () => Promise<void> }

/** `kept`: the folders of an earlier run, whose core was closed. */
export async function openCore(kept?: AppFolders): Promise<CoreRun> {
  const folders = kept ?? (await makeFolders())
  const core = await Core.open({ home: folders.data, shell: 'web', demo: true, env: appEnv(folders), version: '0.0.0' })
  const close = async (): Promise<void> => {
    await core.close()
    await removeRun(folders)
  }
  return { core, folders, close }
}
