import { createHash } from 'node:crypto'
import { AppError } from '../../../shared/app-error.ts'
import { newId } from '../storage/id.ts'
import type { LookupIndex, StoredKey } from './lookup-index.ts'

/** The ids that what was asked under a key has, or will have. */
export type KeyedIds = { id: string; turnId: string }

export type KeyedCall<T> = {
  /** The caller's own word for this piece of work; without one every call is new. */
  key: string | undefined
  prefix: 'task' | 'batch'
  /** All that makes it this piece of work and no other. */
  body: unknown
  /** Does it, under these ids. */
  begin: (ids: KeyedIds) => Promise<T>
  /** What was begun under these ids before; null where it never came to be, or may begin again. */
  again: (ids: KeyedIds) => Promise<T | null>
}

/** Callers' keys: what is asked twice under one key is done once, also over a restart in between. */
export class Keys {
  readonly #index: LookupIndex
  /** Keys whose work is being handed in. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(index: LookupIndex) {
    this.#index = index
  }

  /** Begins a piece of work, or answers what its key was used for before. Throws STATE_CONFLICT for a key that was used for other work. */
  async call<T>(call: KeyedCall<T>): Promise<T> {
    const { key, prefix, begin } = call
    if (key === undefined) return begin({ id: newId(prefix), turnId: newId('turn') })
    const hash = hashOf(call.body)
    while (this.#underWay.has(key)) await this.#underWay.get(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#underWay.set(key, promise)
    try {
      return await this.#once(key, hash, call)
    } finally {
      this.#underWay.delete(key)
      resolve()
    }
  }

  /** The key is on the disk before the work is. Work that was refused, so that it never came to be, leaves its key free. */
  async #once<T>(key: string, hash: string, { prefix, begin, again }: KeyedCall<T>): Promise<T> {
    const known = this.#index.key(key)
    if (known && known.hash !== hash) throw usedOtherwise(key, known)
    const before = known ? await again({ id: known.id, turnId: known.turn }) : null
    if (before !== null) return before
    const ids = { id: newId(prefix), turnId: newId('turn') }
    this.#index.addKey(key, { hash, id: ids.id, turn: ids.turnId })
    try {
      return await begin(ids)
    } catch (thrown) {
      const isThere = await again(ids).then(
        (found) => found !== null,
        () => true,
      )
      if (!isThere) this.#index.dropKey(key)
      throw thrown
    }
  }
}

function usedOtherwise(key: string, { id }: StoredKey): AppError {
  return new AppError(
    'STATE_CONFLICT',
    `The key “${key}” was used before, for something else (${id}). Send the same again to get its answer, or use another key.`,
    { data: { field: 'key', id } },
  )
}

/** The same for the same fields, in whatever order they came. */
function hashOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body, inOrder)).digest('base64url')
}

function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
