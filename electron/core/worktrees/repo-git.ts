import { setTimeout as delay } from 'node:timers/promises'
import type { AppError } from '../../../shared/app-error.ts'
import type { Git, GitRun } from '../git/git.ts'
import { gitRefusal, lockIn } from './git-words.ts'
import { lockedError } from './lock-holder.ts'

/** How a git ended, and what it said. */
export type Reply = { code: number; out: string; err: string }

/** `user`: with the user's hooks, for what the user asked for. */
export type ReplyOptions = Pick<GitRun, 'env' | 'purpose' | 'timeoutMs' | 'stdin'>

/** A lock is waited for so often, so long. */
const lockTries = 10
const lockWaitMs = 200

/** Git in a folder: what it says is text, and a lock of another git is waited for shortly. */
export class RepoGit {
  readonly #git: Git

  constructor(git: Git) {
    this.#git = git
  }

  /** Throws GIT_MISSING where there is no git that can be used. */
  async required(): Promise<void> {
    await this.#git.required()
  }

  /** Runs it to its end, whatever that is. Throws GIT_MISSING, GIT_FAILED when it took too long, and STATE_CONFLICT for a lock that stays. */
  async reply(cwd: string, args: readonly string[], options: ReplyOptions = {}): Promise<Reply> {
    // In every language it is to be understood here.
    const env = { ...(options.purpose === 'user' ? { LANGUAGE: 'en' } : {}), ...options.env }
    for (let attempt = 1; ; attempt += 1) {
      const { code, stdout, stderr } = await this.#git.run(args, { ...options, cwd, env })
      const lock = code === 0 ? null : lockIn(stderr)
      if (lock === null) return { code, out: stdout.toString('utf8'), err: stderr }
      if (attempt === lockTries) throw await lockedError(lock, cwd)
      await delay(lockWaitMs)
    }
  }

  /** What it wrote. `doing` completes “git could not …”. Throws as `reply` does, and what its refusal means. */
  async text(cwd: string, args: readonly string[], doing: string, options: ReplyOptions = {}): Promise<string> {
    const { code, out, err } = await this.reply(cwd, args, options)
    if (code !== 0) throw this.refusal(err, doing, cwd)
    return out
  }

  /** What it wrote, without the end of the line; null where it refused. */
  async maybe(cwd: string, args: readonly string[]): Promise<string | null> {
    const { code, out } = await this.reply(cwd, args)
    return code === 0 ? out.replace(/\r?\n$/, '') : null
  }

  /** What a refusal means to the user. */
  refusal(stderr: string, doing: string, place: string): AppError {
    return gitRefusal(stderr, doing, place)
  }
}
