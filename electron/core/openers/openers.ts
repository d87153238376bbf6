import { AppError } from '../../../shared/app-error.ts'
import type { Opener } from '../../../shared/domain/opener.ts'
import { fillCommand, splitCommand, type Target } from './command-line.ts'
import { findOpeners, hasDisplay, type FoundOpener } from './find-openers.ts'
import { programOf } from './known-openers.ts'
import { startOpener } from './start-opener.ts'
import { targetOf } from './target-path.ts'

export type OpenersOptions = {
  /** The user's environment, as a terminal of theirs would have it, without anything of ours. */
  environment: () => Promise<Record<string, string>>
  /** What was chosen in the settings: an id, a command line, or null. */
  chosen: () => { editor: string | null; terminal: string | null }
  /** The folders of a conversation or an instance, the one it works in first. Throws NOT_FOUND. */
  foldersOf: (whose: Whose) => Promise<string[]>
}

export type Whose = { conversationId?: string | undefined; instanceId?: string | undefined }

export type OpenRequest = Whose & {
  /** A relative one lies in the first of the folders that has it; the folder itself when absent. */
  path?: string | undefined
  line?: number | undefined
  /** An opener's id, or a kind. */
  with: string
}

/** Looked for again after this time: programs are installed while the app runs. */
const rememberMs = 60_000

/** The programs of this machine that show a file or a folder. */
export class Openers {
  readonly #options: OpenersOptions
  #known: { found: Promise<FoundOpener[]>; at: number } | null = null

  constructor(options: OpenersOptions) {
    this.#options = options
  }

  /** Those that were found, editors first, in the order in which one is taken where nothing was chosen. */
  async list(): Promise<Opener[]> {
    return (await this.#found()).map(({ id, name, kind, takesLine }) => ({ id, name, kind, takesLine }))
  }

  /**
   * Shows a file at its line, or a folder; answers the name of the program that does. The file itself is never run. Throws NOT_FOUND for a path
   * that is not there, FORBIDDEN for a relative one that leads out of the folders, UNAVAILABLE where no program was found or it failed.
   */
  async open({ path, line, with: wanted, ...whose }: OpenRequest): Promise<string> {
    const target = await targetOf(await this.#options.foldersOf(whose), path, line ?? null)
    const env = await this.#options.environment()
    const { opener, own } = await this.#choose(wanted, target, env)
    if (own !== null) {
      const command = fillCommand(splitCommand(own.text), target, own.kind === 'terminal' ? 'folder' : 'file')
      await startOpener(command[0] ?? '', command, { folder: target.folder, env, codeCounts: true })
      return command[0] ?? ''
    }
    const command = await this.#commandOf(opener, target)
    await startOpener(opener.name, command, { folder: target.folder, env, codeCounts: opener.id !== 'explorer' })
    return opener.name
  }

  async #choose(
    wanted: string,
    target: Target,
    env: Record<string, string>,
  ): Promise<{ opener: FoundOpener; own: null } | { opener: null; own: { text: string; kind: string } }> {
    const found = await this.#found()
    const kind = wanted === 'editor' || wanted === 'terminal' || wanted === 'files' ? wanted : null
    const named = kind === null ? wanted : kind === 'files' ? null : this.#options.chosen()[kind]
    const byId = found.find(({ id }) => id === named)
    if (byId) return { opener: byId, own: null }
    if (kind !== null && named !== null) return { opener: null, own: { text: named, kind } }
    const first = found.find((one) => one.kind === kind)
    if (first) return { opener: first, own: null }
    throw nothingFound(kind, wanted, target, env)
  }

  async #commandOf(opener: FoundOpener, target: Target): Promise<string[]> {
    const command = [programOf(opener, opener.path), ...opener.args(target)]
    if (!opener.inTerminal) return command
    const found = await this.#found()
    const chosen = this.#options.chosen().terminal
    const around = found.find(({ id, around: takes }) => id === chosen && takes) ?? found.find(({ around: takes }) => takes)
    if (!around?.around) throw new AppError('UNAVAILABLE', `${opener.name} needs a terminal, and none was found. Choose one in Settings.`)
    return [around.path, ...around.around(command, target.folder)]
  }

  #found(): Promise<FoundOpener[]> {
    if (this.#known !== null && performance.now() - this.#known.at < rememberMs) return this.#known.found
    const found = this.#options.environment().then((env) => findOpeners(env))
    this.#known = { found, at: performance.now() }
    found.catch(() => {
      this.#known = null
    })
    return found
  }
}

const kindWords = { editor: 'editor', terminal: 'terminal', files: 'file manager' }

function nothingFound(kind: 'editor' | 'terminal' | 'files' | null, wanted: string, target: Target, env: Record<string, string>): AppError {
  const data = { path: target.file, line: target.line }
  const where = `Copy its path instead: ${target.file}`
  if (!hasDisplay(env))
    return new AppError('UNAVAILABLE', `Bullpen runs on a machine without a display, so no program can open here. ${where}`, { data })
  if (kind === null)
    return new AppError('NOT_FOUND', `There is no program “${wanted.slice(0, 100)}” here. Choose one of the list.`, { data })
  return new AppError('UNAVAILABLE', `No ${kindWords[kind]} was found on this machine. Choose one in Settings. ${where}`, { data })
}
