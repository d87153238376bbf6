import { keyOf, type RememberedCall } from './remembered-calls.ts'

/** Calls that the user allowed after the process that asked had ended: each may be made once, in the turn that takes the answer to Claude. */
export class OnceAllowed {
  readonly #byTurn = new Map<string, Set<string>>()

  add(turnId: string, call: RememberedCall): void {
    // Of a call of which nobody knows where it would run, none is the same.
    if (call.folder === undefined) return
    this.#byTurn.set(turnId, (this.#byTurn.get(turnId) ?? new Set<string>()).add(keyOf(call)))
  }

  /** True when this very call was allowed in its turn; it then is no more. */
  take(call: RememberedCall & { turnId: string }): boolean {
    return call.folder !== undefined && this.#byTurn.get(call.turnId)?.delete(keyOf(call)) === true
  }

  forget(turnId: string): void {
    this.#byTurn.delete(turnId)
  }
}
