import { createContext, useContext, useEffect, useState, startTransition } from 'react'

/** Whether a list stands still: what is only passed by needs no colours. */
export class Calm {
  readonly #listeners = new Set<() => void>()
  #isCalm = true

  get isCalm(): boolean {
    return this.#isCalm
  }

  set(isCalm: boolean): void {
    this.#isCalm = isCalm
    if (isCalm) for (const listener of this.#listeners) listener()
  }

  /** Calls back when it comes to stand still, until the returned function is called. */
  whenCalm(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

const CalmContext = createContext(new Calm())

export const CalmProvider = CalmContext.Provider

/** False for a line that came into sight while its list moves; true from when the list stands still. */
export function useCalm(): boolean {
  const calm = useContext(CalmContext)
  const [seen, setSeen] = useState(calm.isCalm)
  useEffect(() => (seen ? undefined : calm.whenCalm(() => startTransition(() => setSeen(true)))), [seen, calm])
  return seen
}
