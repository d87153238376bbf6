import { AppError } from '../../../shared/app-error.ts'
import type { ChosenFile } from '../../../shared/domain/changes.ts'
import type { Rewind } from '../../../shared/domain/rewind.ts'
import type { ChangesOptions } from './changes-options.ts'
import { pick } from './chosen.ts'
import { planCommit } from './commit-plan.ts'
import { commitChosen, type Committed } from './commit.ts'
import { draftPrompt, messageOf } from './draft-message.ts'
import type { Look, Seen, Sight } from './sight.ts'
import { stepsBack, stepsBackToHead } from './take-back.ts'

/** What is chosen, and how it was seen. */
export type Choice = Look & { files: readonly ChosenFile[] }

/** Takes back and commits what was chosen from changes. Each file has to be what it was when it was chosen. */
export class ChosenActions {
  readonly #options: ChangesOptions
  readonly #sight: Sight
  /** Commits, one after the other in a repository. */
  readonly #commits = new Map<string, Promise<unknown>>()

  constructor(options: ChangesOptions, sight: Sight) {
    this.#options = options
    this.#sight = sight
  }

  /**
   * Takes back lines and files; it can be undone. Throws STATE_CONFLICT where a file has changed since it was looked at, BAD_REQUEST for what cannot be
   * taken back, FOLDER_BUSY and CONVERSATION_BUSY while something works there, DISK_FULL.
   */
  async takeBack(id: string, choice: Choice): Promise<Rewind> {
    const cwd = this.#cwdOf(id)
    const { snapshots, rewinds } = this.#options
    const folder = await snapshots.folderOf(cwd)
    return rewinds.takeBack(id, folder, async (now) => {
      const seen = await this.#sight.seeAt(id, cwd, choice, now)
      const picked = pick(seen.comparison.files, choice.files)
      const from = { folder, now, at: seen.comparison.at, whitespace: choice.whitespace }
      if (choice.against === 'head' && seen.folder !== folder)
        throw new AppError('STATE_CONFLICT', 'Snapshots of this folder do not cover its whole repository. Use git to take this back.')
      const steps = await (choice.against === 'head' ? stepsBackToHead : stepsBack)(this.#options, from, picked)
      return { steps, kept: [] }
    })
  }

  /** Commits what is chosen, see `commitChosen`. Throws what it throws, NOT_A_REPOSITORY, and STATE_CONFLICT as `takeBack`. */
  async commit(id: string, choice: Choice & { message: string }): Promise<Committed> {
    const { git, home } = this.#options
    const cwd = this.#cwdOf(id)
    const seen = await this.#sight.see(id, cwd, choice)
    const { repository } = seen
    if (repository === null)
      throw new AppError('NOT_A_REPOSITORY', 'This folder is not in a git repository, so there is nothing to commit to.')
    const key = repository.root ?? repository.gitDir
    const before = this.#commits.get(key) ?? Promise.resolve()
    const committing = before.then(async () => {
      // Those before may have committed some of it.
      const current = await this.#sight.see(id, cwd, choice)
      const head = choice.against === 'head' ? current : await this.#sight.see(id, cwd, { ...choice, against: 'head' })
      const { comparison } = current
      const plan = { at: comparison.at, whitespace: choice.whitespace, head: head.comparison }
      return commitChosen({ git, repository, home }, await planCommit(git, plan, pick(comparison.files, choice.files)), choice.message)
    })
    const settled = committing.catch(() => {})
    this.#commits.set(key, settled)
    void settled.then(() => this.#commits.get(key) === settled && this.#commits.delete(key))
    return committing
  }

  /** A message for a commit of what is chosen, by Claude, who knows the conversation. Throws STATE_CONFLICT as `takeBack`, and what asking throws. */
  async draftMessage(id: string, choice: Choice): Promise<{ message: string; costUsd: number | null }> {
    const { git, ask } = this.#options
    const seen = await this.#sight.see(id, this.#cwdOf(id), choice)
    const picked = pick(seen.comparison.files, choice.files)
    const subjects = await this.#subjects(seen)
    const prompt = await draftPrompt(git, { at: seen.comparison.at, whitespace: choice.whitespace, subjects }, picked)
    const { text, costUsd } = await ask(id, prompt)
    const message = messageOf(text)
    if (message === '') throw new AppError('UNAVAILABLE', 'Claude returned no message. Try again, or write it yourself.')
    return { message, costUsd }
  }

  async #subjects({ repository }: Seen): Promise<string[]> {
    if (repository === null) return []
    const { code, stdout } = await this.#options.git.run(['log', '-8', '--no-show-signature', '--format=%s'], {
      gitDir: repository.gitDir,
      maxBytes: 4_000,
    })
    if (code !== 0) return []
    return stdout
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(0, 120))
  }

  #cwdOf(id: string): string {
    const cwd = this.#options.placeOf(id)
    if (cwd === null) throw new AppError('STATE_CONFLICT', 'This conversation has no folder yet. Send a message first.')
    return cwd
  }
}
