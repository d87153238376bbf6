import { isWithin } from './coverage.ts'

type Place = { folder: string; isRepository: boolean }

/** Who works in which folder now: conversations with a running turn, or with something that runs in their background. */
export class Workers {
  /** By conversation and by what it works for: a turn, or `background`. */
  readonly #places = new Map<string, Map<string, Place[]>>()

  /** The conversation works in the folder too, for this. */
  begin(conversationId: string, what: string, place: Place): void {
    const works = this.#places.get(conversationId) ?? new Map<string, Place[]>()
    const places = works.get(what) ?? []
    if (!places.some(({ folder }) => folder === place.folder)) works.set(what, [...places, place])
    this.#places.set(conversationId, works)
  }

  /** It has ended; answers the folders it worked in for this. */
  end(conversationId: string, what: string): string[] {
    const works = this.#places.get(conversationId)
    const places = works?.get(what) ?? []
    works?.delete(what)
    if (works?.size === 0) this.#places.delete(conversationId)
    return places.map(({ folder }) => folder)
  }

  /** Where the conversation works for this. */
  foldersOf(conversationId: string, what: string): string[] {
    return (this.#places.get(conversationId)?.get(what) ?? []).map(({ folder }) => folder)
  }

  /** The conversations that may change files of the folder. A repository is its own; other folders hold each other's files. */
  in(folder: string, isRepository: boolean): string[] {
    const reaches = (place: Place): boolean => {
      if (place.folder === folder) return true
      return !isRepository && !place.isRepository && (isWithin(folder, place.folder) || isWithin(place.folder, folder))
    }
    return [...this.#places].flatMap(([id, works]) => ([...works.values()].flat().some(reaches) ? [id] : [])).toSorted()
  }

  get any(): boolean {
    return this.#places.size > 0
  }
}
