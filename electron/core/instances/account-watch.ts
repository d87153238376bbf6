import type { AccountInfo, LimitWindow } from '../../../shared/domain/account.ts'
import type { Controls } from '../claude/controls.ts'

/** Where what Claude Code says of an account is kept. `env`: what an instance's own environment adds. */
export type AccountNews = {
  account: (env: Readonly<Record<string, string>>, info: AccountInfo) => void
  /** Takes the place of what was known of these limits; others stay. */
  windows: (env: Readonly<Record<string, string>>, windows: readonly LimitWindow[]) => void
}

export type AccountWatchDeps = { env: () => Readonly<Record<string, string>>; controls: () => Controls | null; news: AccountNews }

/** Between two looks at the limits, which Claude Code may have to ask for. */
const betweenMs = 60_000

/** Hears whom an instance's processes work for and how much of the plan is used: with each answer, and after turns. */
export class AccountWatch {
  readonly #deps: AccountWatchDeps
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(deps: AccountWatchDeps) {
    this.#deps = deps
  }

  /** The process has said how much is used. */
  heard(windows: readonly LimitWindow[]): void {
    if (windows.length > 0) this.#deps.news.windows(this.#deps.env(), windows)
  }

  /** A turn has ended. Never rejects; asks no more than once in a while. */
  async look(): Promise<void> {
    const controls = this.#deps.controls()
    if (controls === null || performance.now() - this.#askedAt < betweenMs) return
    this.#askedAt = performance.now()
    const { env, news } = this.#deps
    try {
      news.account(env(), await controls.account())
      this.heard(await controls.limits())
    } catch {
      // One that is gone or does not answer is asked after its next turn.
      this.#askedAt = Number.NEGATIVE_INFINITY
    }
  }
}
