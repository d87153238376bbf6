import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import type { ChangedFile, Changes as ChangesAnswer, FileDiff, GitState, TreePath } from '../../../shared/domain/changes.ts'
import type { ChangesOptions } from './changes-options.ts'
import { ChosenActions } from './chosen-actions.ts'
import { fileDiffOf } from './file-diff.ts'
import { patchOf, type FilePatch } from './file-patch.ts'
import { gitStateOf } from './git-state.ts'
import { writeLanguageFiles } from './language-files.ts'
import { byOf, Sight, type Look, type Seen } from './sight.ts'
import { Memo } from './memo.ts'
import { TouchedPaths } from './touched-paths.ts'
import { TurnSums } from './turn-sums.ts'
import { uncoveredOf } from './uncovered.ts'

export type FileLook = Look & { path: TreePath; context: number; fromLine: number }

const mostFiles = 5_000
/** Differences that are kept while their pages are asked for. */
const mostPatches = 2

/** What conversations change in their folders. Looking at it writes nothing into a folder or its repository. */
export class Changes {
  /** What is done with what was chosen of them. */
  readonly chosen: ChosenActions
  readonly turns: TurnSums
  readonly #options: ChangesOptions
  readonly #sight: Sight
  readonly #touched: TouchedPaths
  readonly #languages: string
  /** Those that are read page by page. */
  readonly #patches = new Memo<FilePatch>(mostPatches)
  #ready: Promise<void> | null = null

  constructor(options: ChangesOptions) {
    this.#options = options
    this.#sight = new Sight(options)
    this.turns = new TurnSums(options, this.#sight)
    this.chosen = new ChosenActions(options, this.#sight)
    this.#touched = new TouchedPaths(options.conversations)
    this.#languages = path.join(options.home, 'languages')
  }

  /** Throws NOT_FOUND, GIT_MISSING and GIT_FAILED. What cannot be compared is told in `note`. */
  async list(id: string, look: Look): Promise<ChangesAnswer> {
    const cwd = this.#options.placeOf(id)
    if (cwd === null) return emptyAnswer(id, look.against)
    await this.#prepared()
    const seen = await this.#sight.see(id, cwd, look)
    const files = shownFiles(seen, look.against)
    const uncovered = await uncoveredOf(this.#options.git, await this.#touched.of(id, cwd), { ...seen, files: seen.comparison.files })
    return {
      conversationId: id,
      against: look.against,
      folder: seen.folder,
      isRepository: seen.repository !== null,
      since: seen.since,
      items: files.slice(0, mostFiles),
      files: files.length,
      added: files.reduce((sum, { added }) => sum + (added ?? 0), 0),
      removed: files.reduce((sum, { removed }) => sum + (removed ?? 0), 0),
      uncovered,
      note: seen.note,
    }
  }

  /** Throws NOT_FOUND where the file does not differ, TOO_LARGE, and what `list` throws. */
  async file(id: string, { path: wanted, ...look }: FileLook): Promise<FileDiff> {
    const cwd = this.#options.placeOf(id)
    if (cwd === null) throw unchanged(wanted)
    await this.#prepared()
    const seen = (await this.#sight.still(id, cwd, look, wanted)) ?? (await this.#sight.see(id, cwd, look))
    const file = seen.comparison.files.find((one) => one.path === wanted)
    if (!file) throw unchanged(wanted)
    const { at } = seen.comparison
    const shown = { ...look, languages: this.#languages }
    const key = [id, look.against, look.whitespace, look.context, wanted, file.version].join('\n')
    const patch = await this.#patches.get(key, () => patchOf(this.#options.git, at, file, shown))
    const diff = await fileDiffOf(this.#options.git, at, file, patch, look.fromLine)
    if (diff.nextLine === null) this.#patches.delete(key)
    return { ...diff, by: byOf(seen, file) }
  }

  /** The state of the repository that a conversation works in. */
  async gitState(id: string, signal?: AbortSignal): Promise<GitState> {
    return gitStateOf(this.#options.git, this.#options.placeOf(id), signal)
  }

  /** What an earlier run looked at is of no use. */
  #prepared(): Promise<void> {
    this.#ready ??= rm(this.#options.home, { recursive: true, force: true }).then(() => writeLanguageFiles(this.#languages))
    this.#ready.catch(() => {
      this.#ready = null
    })
    return this.#ready
  }
}

function shownFiles(seen: Seen, against: string): ChangedFile[] {
  const files = seen.comparison.files.map((file): ChangedFile => {
    const { old: _old, new: _new, ...shown } = file
    return { ...shown, by: byOf(seen, file) }
  })
  // With the last commit everything is shown; else what this conversation has had a part in.
  return against === 'head' ? files : files.filter(({ by }) => by !== 'others')
}

function emptyAnswer(conversationId: string, against: string): ChangesAnswer {
  const none = { since: null, items: [], files: 0, added: 0, removed: 0, uncovered: [] }
  return {
    conversationId,
    against,
    folder: '',
    isRepository: false,
    ...none,
    note: 'This conversation has no folder yet. Send a message first.',
  }
}

function unchanged(wanted: string): AppError {
  return new AppError('NOT_FOUND', `“${wanted.slice(0, 300)}” has no changes any more. Reload the changes.`)
}
