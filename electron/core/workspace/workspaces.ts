import { join } from 'node:path'
import { z } from 'zod'
import { keptWorkspaceSchema, type KeptWorkspace, type Workspace } from '../../../shared/domain/workspace.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'

const fileSchema = z.object({ version: z.literal(1).default(1), windows: z.array(keptWorkspaceSchema).default([]) })
const mostWindows = 30

/** `workspaces.json` in the data folder: what windows showed last, the newest first. */
export class Workspaces {
  readonly #file: JsonStore<z.infer<typeof fileSchema>>

  private constructor(file: JsonStore<z.infer<typeof fileSchema>>) {
    this.#file = file
  }

  static async open({ folder, watch }: { folder: string; watch: StoreWatch }): Promise<Workspaces> {
    const file = await JsonStore.open({
      path: join(folder, 'workspaces.json'),
      schema: fileSchema,
      fallback: fileSchema.parse({}),
      holds: 'what your windows showed',
      watch,
    })
    return new Workspaces(file)
  }

  /** What a window showed; without its name, what was shown last. Null when that is not known. */
  get(window?: string): KeptWorkspace | null {
    const { windows } = this.#file.current()
    return (window === undefined ? windows[0] : windows.find((one) => one.window === window)) ?? null
  }

  /** Keeps it, and forgets the windows that nothing was heard of for longest. */
  async put(window: string, workspace: Workspace): Promise<KeptWorkspace> {
    const kept = { ...workspace, window, updatedAt: new Date().toISOString() }
    await this.#file.change(({ version, windows }) => ({
      version,
      windows: [kept, ...windows.filter((one) => one.window !== window)].slice(0, mostWindows),
    }))
    return kept
  }
}
