import { createContext, useContext, useEffect, useState, startTransition } from 'react'

/** So many rows are drawn in full in one frame. */
const rowsAtOnce = 8

/** Whether a list stands still: what is only passed by needs no colours. */
export class Calm {
  readonly #listeners = new Set<() => void>()
  #isCalm = true
  #isTelling = false

  get isCalm(): boolean {
    return this.#isCalm
  }

  set(isCalm: boolean): void {
    this.#isCalm = isCalm
    this.#tell()
  }

  /** Calls back once when it stands still, until the returned function is called. */
  whenCalm(listener: () => void): () => void {
    this.#listeners.add(listener)
    this.#tell()
    return () => this.#listeners.delete(listener)
  }

  /** Some in each frame; those that are left when it moves again wait on. */
  #tell(): void {
    if (this.#isTelling || !this.#isCalm || this.#listeners.size === 0) return
    this.#isTelling = true
    requestAnimationFrame(() => {
      this.#isTelling = false
      if (!this.#isCalm) return
      for (const listener of [...this.#listeners].slice(0, rowsAtOnce)) {
        this.#listeners.delete(listener)
        listener()
      }
      this.#tell()
    })
  }
}

const CalmContext = createContext(new Calm())

export const CalmProvider = CalmContext.Provider

/** False for a line that came into sight while its list moves; true from when the list stands still, or as soon as it is wanted `now`. */
export function useCalm(now: boolean): boolean {
  const calm = useContext(CalmContext)
  const [seen, setSeen] = useState(calm.isCalm)
  // Once drawn in full it stays so.
  if (now && !seen) setSeen(true)
  useEffect(() => (seen ? undefined : calm.whenCalm(() => startTransition(() => setSeen(true)))), [seen, calm])
  return seen
}
