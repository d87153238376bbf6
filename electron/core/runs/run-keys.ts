import { AppError } from '../../../shared/app-error.ts'

/** Callers' own words for runs: the same word begins the same run once. */
export class RunKeys {
  readonly #known = new Map<string, { digest: string; id: Promise<string> }>()

  /** The run that this key has begun; null where it has begun none. */
  get(key: string): Promise<string> | null {
    return this.#known.get(key)?.id ?? null
  }

  /** Begins what the key stands for unless it was begun. Throws STATE_CONFLICT where it stands for something else. */
  once(key: string | undefined, digest: string, begin: () => Promise<string>): Promise<string> {
    if (key === undefined) return begin()
    const known = this.#known.get(key)
    if (known) return known.digest === digest ? known.id : Promise.reject(keyTaken(key))
    const id = begin()
    this.#known.set(key, { digest, id })
    id.catch(() => this.#known.delete(key))
    return id
  }

  /** Begun before. */
  note(key: string | null, digest: string, id: string): void {
    if (key !== null) this.#known.set(key, { digest, id: Promise.resolve(id) })
  }

  forget(key: string | null): void {
    if (key !== null) this.#known.delete(key)
  }
}

function keyTaken(key: string): AppError {
  return new AppError('STATE_CONFLICT', `The key “${key}” stands for a run with another recipe or other inputs. Use a new key.`, {
    data: { key },
  })
}
