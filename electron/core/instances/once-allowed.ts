import { keyOf, type RememberedCall } from './remembered-calls.ts'

/** Calls that the user allowed after the process that asked had ended: each may be made once, in the turn that takes the answer to Claude. */
export class OnceAllowed {
  readonly #byTurn = new Map<string, Set<string>>()

  add(turnId: string, call: RememberedCall): void {
    const key = keyOf(call)
    if (key !== null) this.#byTurn.set(turnId, (this.#byTurn.get(turnId) ?? new Set<string>()).add(key))
  }

  /** True when this very call was allowed in its turn; it then is no more. */
  take(call: RememberedCall & { turnId: string }): boolean {
    const key = keyOf(call)
    return key !== null && this.#byTurn.get(call.turnId)?.delete(key) === true
  }

  forget(turnId: string): void {
    this.#byTurn.delete(turnId)
  }
}
