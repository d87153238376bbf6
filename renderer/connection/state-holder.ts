import type { ConnectionState } from './client.ts'

/** The state of a connection, and those who wait for it to change. */
export class StateHolder {
  readonly #listeners = new Set<(state: ConnectionState) => void>()
  #state: ConnectionState = 'connecting'

  readonly get = (): ConnectionState => this.#state

  readonly listen = (listener: (state: ConnectionState) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly opened = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.#state === 'open') return resolve()
      const stop = this.listen((state) => {
        if (state !== 'open') return
        stop()
        resolve()
      })
      return undefined
    })

  /** Resolves once it is known whether it can be opened. */
  readonly settled = (): Promise<void> =>
    new Promise((resolve) => {
      if (this.#state !== 'connecting') return resolve()
      const stop = this.listen(() => {
        stop()
        resolve()
      })
      return undefined
    })

  set(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}
