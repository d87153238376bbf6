import type { Problem } from '../../../shared/domain/health.ts'
import { systemCode } from './storage-error.ts'

export type ProblemDraft = Pick<Problem, 'message'> & Partial<Pick<Problem, 'path' | 'dismissible'>>

/** More than this nobody reads; the oldest that can be dismissed go first. */
const mostProblems = 50

/**
 * What is wrong with the app itself and has to be known on every screen: a file that was put aside, a thread that died, an error
 * that nobody caught. One entry for each cause, until it is solved or dismissed.
 */
export class Problems {
  readonly #all = new Map<string, Problem>()
  readonly #onChange: () => void
  readonly #onRaise: (problem: Problem) => void

  /** `onChange` is called after every change of the list, `onRaise` once for every cause. */
  constructor({ onChange = () => {}, onRaise = () => {} }: { onChange?: () => void; onRaise?: (problem: Problem) => void } = {}) {
    this.#onChange = onChange
    this.#onRaise = onRaise
  }

  /** All, the oldest first. */
  list(): Problem[] {
    return [...this.#all.values()]
  }

  /** Says that something is wrong; said again under the same id it is counted, with the newest words. */
  raise(id: string, { message, path = null, dismissible = false }: ProblemDraft): void {
    const count = (this.#all.get(id)?.count ?? 0) + 1
    const at = new Date().toISOString()
    this.#all.delete(id)
    const problem = { id, message, path, dismissible, at, count }
    this.#all.set(id, problem)
    if (this.#all.size > mostProblems) this.#dropOne()
    if (count === 1) this.#onRaise(problem)
    this.#onChange()
  }

  /** It is right again. */
  solve(id: string): void {
    if (this.#all.delete(id)) this.#onChange()
  }

  /** The user has read it. Answers false where there is no such problem, or it lasts until it is solved. */
  dismiss(id: string): boolean {
    if (this.#all.get(id)?.dismissible !== true) return false
    this.solve(id)
    return true
  }

  #dropOne(): void {
    const oldest = this.list().find(({ dismissible }) => dismissible) ?? this.list()[0]
    if (oldest) this.#all.delete(oldest.id)
  }
}

/** A failure in a few words for a sentence about it: the system's code where there is one. */
export function reasonOf(thrown: unknown): string {
  return systemCode(thrown) ?? (thrown instanceof Error ? thrown.message : String(thrown))
}
