import { join } from 'node:path'
import { settingsSchema, type Settings, type SettingsPatch } from '../../../shared/domain/settings.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'

/** `settings.json` in the data folder. */
export class SettingsStore {
  readonly #file: JsonStore<Settings>
  readonly #watchers = new Set<(settings: Settings) => void>()

  private constructor(file: JsonStore<Settings>) {
    this.#file = file
  }

  static async open({ folder, watch }: { folder: string; watch: StoreWatch }): Promise<SettingsStore> {
    const file = await JsonStore.open({
      path: join(folder, 'settings.json'),
      schema: settingsSchema,
      fallback: settingsSchema.parse({}),
      holds: 'your settings',
      watch,
    })
    return new SettingsStore(file)
  }

  current(): Settings {
    return this.#file.current()
  }

  /** Changes what is given and keeps the rest; resolves once it is on disk, and then tells the watchers. */
  async update(patch: SettingsPatch): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
    const next = await this.#file.change((current) => settingsSchema.parse({ ...current, ...given }))
    for (const watcher of this.#watchers) watcher(next)
    return next
  }

  /** Calls `watcher` with every change until the returned function is called. */
  onChange(watcher: (settings: Settings) => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }
}
