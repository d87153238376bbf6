import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { vaultSourceNameSchema, type VaultSourceName } from '../../../shared/domain/vault.ts'
import { JsonStore, type StoreWatch } from '../storage/json-store.ts'
import { toStorageError } from '../storage/storage-error.ts'
import type { SourceFolder } from './source-files.ts'

/** A place where a Claude Code keeps its things, such as `~/.claude`, and what it is called here. */
export type VaultRoot = { name: VaultSourceName; config: string }

const rootsFileSchema = z.array(z.object({ name: vaultSourceNameSchema, config: z.string() }))

/** Each costs a watcher for every folder in it, and a pass over all of it now and then. */
const mostFollowed = 8
const mostRemembered = 64

/**
 * Whose history is kept: the usual places, and those that instances name in their own `CLAUDE_CONFIG_DIR`. One that was named once is
 * remembered, so that its copies can be put back where they were.
 */
export class VaultRoots {
  readonly #usual: readonly VaultRoot[]
  readonly #file: JsonStore<VaultRoot[]>

  private constructor(usual: readonly VaultRoot[], file: JsonStore<VaultRoot[]>) {
    this.#usual = usual
    this.#file = file
  }

  /** `folder`: the vault's own. Throws DATA_FOLDER_READONLY. */
  static async open(folder: string, usual: readonly VaultRoot[], watch: StoreWatch): Promise<VaultRoots> {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
      throw toStorageError(thrown, folder)
    })
    const file = await JsonStore.open({
      path: join(folder, 'sources.json'),
      schema: rootsFileSchema,
      fallback: [],
      holds: 'the Claude Code folders of earlier instances',
      watch,
    })
    return new VaultRoots(usual, file)
  }

  /** Those that are followed; the usual ones first. */
  get followed(): readonly VaultRoot[] {
    return [...this.#usual, ...this.#file.current().slice(0, mostFollowed)]
  }

  /** What the user should know of those that are remembered and not followed; null when there are none. */
  get problem(): string | null {
    const count = this.#file.current().length - mostFollowed
    if (count <= 0) return null
    return `${count === 1 ? 'One more folder of Claude Code is' : `${count} more folders of Claude Code are`} known than Bullpen follows. Let fewer instances have a CLAUDE_CONFIG_DIR of their own.`
  }

  /** The one of that name, followed or not. */
  of(name: VaultSourceName): VaultRoot | undefined {
    return [...this.#usual, ...this.#file.current()].find((root) => root.name === name)
  }

  /** Takes up the folders that instances name now; they are followed before those that none names any more. Answers whether that changed anything. */
  async want(configs: readonly string[]): Promise<boolean> {
    const usual = new Set(this.#usual.map(({ config }) => resolve(config)))
    const wanted = [...new Set(configs.filter((config) => isAbsolute(config)).map((config) => resolve(config)))].filter(
      (config) => !usual.has(config),
    )
    const before = this.#file.current()
    // In the order in which they came, so that one that is followed stays so as long as it is named.
    const isWanted = (root: VaultRoot): boolean => wanted.includes(root.config)
    const fresh = wanted
      .filter((config) => !before.some((root) => root.config === config))
      .map((config) => ({ name: nameOf(config), config }))
    const next = [...before.filter(isWanted), ...fresh, ...before.filter((root) => !isWanted(root))].slice(0, mostRemembered)
    if (JSON.stringify(next) === JSON.stringify(before)) return false
    await this.#file.replace(next)
    return true
  }
}

/** Its folder of projects. */
export function folderOf({ name, config }: VaultRoot): SourceFolder {
  return { name, folder: join(config, 'projects') }
}

function nameOf(config: string): VaultSourceName {
  return `claude-${createHash('sha256').update(config).digest('hex').slice(0, 8)}`
}
