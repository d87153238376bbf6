import { toAppError } from '../../shared/app-error.ts'
import type { House } from './house.ts'

export type HousesDeps = {
  reopen: () => Promise<House>
  /** There is one to follow: the first, and each that takes a place. */
  onHouse: (house: House) => void
  /** None can be opened any more. */
  onLost: (error: Error) => void
}

/** The house that the windows show. When one that was joined has gone, another takes its place, and the pages go on there. */
export class Houses {
  #current: Promise<House>
  readonly #reopen: () => Promise<House>
  readonly #onHouse: (house: House) => void
  readonly #onLost: (error: Error) => void
  #isClosed = false

  constructor(first: House, deps: HousesDeps) {
    this.#current = Promise.resolve(first)
    this.#reopen = deps.reopen
    this.#onHouse = deps.onHouse
    this.#onLost = deps.onLost
    this.#follow(first)
  }

  /** The one that is there, once one is. */
  get current(): Promise<House> {
    return this.#current
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const house = await this.#current.catch(() => null)
    await house?.close()
  }

  #follow(house: House): void {
    this.#onHouse(house)
    void house.gone.then(() => this.#replace(house))
  }

  async #replace(gone: House): Promise<void> {
    if (this.#isClosed) return
    this.#current = gone.close().then(() => this.#reopen())
    try {
      const house = await this.#current
      if (!this.#isClosed) this.#follow(house)
    } catch (thrown) {
      this.#onLost(toAppError(thrown))
    }
  }
}
