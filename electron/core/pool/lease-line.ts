import { AppError } from '../../../shared/app-error.ts'
import type { NewInstance } from '../../../shared/domain/recipe.ts'
import type { Instance } from '../instances/instance.ts'

/** Which instance is to be lent. Nothing: any. */
export type Wanted = { labels?: string[] | undefined; instanceId?: string | undefined; launch?: NewInstance | undefined }

/** One to be lent, with a turn counted for it until that is taken back. */
export type Free = { instance: Instance; release: () => void }

export type LeaseLineDeps = {
  /** One that is free now. Throws NOT_FOUND where it is named and gone. */
  find: (wanted: Wanted) => Free | null
  /** One that is made for it, where that is allowed. */
  grow: (wanted: Wanted) => Promise<Free | null>
}

type Waiter = { wanted: Wanted; take: (free: Free) => void; fail: (thrown: unknown) => void; isGrowing: boolean }

/** Those who wait for an instance to be lent, the first of them served first. */
export class LeaseLine {
  readonly #deps: LeaseLineDeps
  readonly #waiters = new Set<Waiter>()

  constructor(deps: LeaseLineDeps) {
    this.#deps = deps
  }

  /** One as soon as it is free; null when that takes longer than `seconds`. Rejects once the caller has gone. */
  async wait(wanted: Wanted, seconds: number, signal?: AbortSignal): Promise<Free | null> {
    const { promise, resolve, reject } = Promise.withResolvers<Free | null>()
    const waiter: Waiter = { wanted, take: resolve, fail: reject, isGrowing: false }
    const timer = setTimeout(() => resolve(null), seconds * 1_000)
    const gone = () => reject(new AppError('STATE_CONFLICT', 'The caller has gone. Lease again.'))
    signal?.addEventListener('abort', gone, { once: true })
    if (signal?.aborted) gone()
    this.#waiters.add(waiter)
    this.#serve(waiter)
    try {
      return await promise
    } finally {
      this.#waiters.delete(waiter)
      clearTimeout(timer)
      signal?.removeEventListener('abort', gone)
    }
  }

  /** Gives each the first that is free for it. To be called whenever one may be. */
  serve(): void {
    for (const waiter of this.#waiters) this.#serve(waiter)
  }

  /** Nobody waits any more. */
  close(): void {
    for (const { fail } of this.#waiters) fail(new AppError('STATE_CONFLICT', 'Bullpen is closing. Lease again when it runs.'))
  }

  #serve(waiter: Waiter): void {
    try {
      const free = this.#deps.find(waiter.wanted)
      if (free) this.#take(waiter, free)
      else if (!waiter.isGrowing) void this.#grow(waiter)
    } catch (thrown) {
      waiter.fail(thrown)
    }
  }

  async #grow(waiter: Waiter): Promise<void> {
    waiter.isGrowing = true
    try {
      const grown = await this.#deps.grow(waiter.wanted)
      // Meanwhile it may have got another one, or be gone.
      if (grown && this.#waiters.has(waiter)) this.#take(waiter, grown)
      else grown?.release()
    } catch (thrown) {
      waiter.fail(thrown)
    } finally {
      waiter.isGrowing = false
    }
  }

  #take(waiter: Waiter, free: Free): void {
    this.#waiters.delete(waiter)
    waiter.take(free)
  }
}
