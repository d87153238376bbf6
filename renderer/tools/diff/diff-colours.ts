import { useCallback, useSyncExternalStore } from 'react'
import type { HighlightedLines, TokenSpan } from '../../markdown/highlight-protocol.ts'
import { highlighter } from '../../markdown/highlighter.ts'
import type { LineKind } from './diff-rows.ts'

type Line = { kind: LineKind; text: string }
/** Lines that stand together: a hunk, or a file. Two with the same `of` are the same. */
export type ColouredLines = { of: object; at: (place: number) => Line | undefined; language: string | null }

/** So many lines are coloured at once: no more than is looked at has to wait for its colours. */
const chunkLines = 400

type Side = { places: Map<number, number>; colours: HighlightedLines | null }

/** The colours of some lines of a difference, which are two pieces of code: what was there, and what is. */
class Chunk {
  readonly #lines: ColouredLines
  readonly #from: number
  readonly #listeners = new Set<() => void>()
  #asked = false
  #sides: { old: Side; now: Side } | null = null

  constructor(lines: ColouredLines, from: number) {
    this.#lines = lines
    this.#from = from
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (!this.#asked) void this.#ask()
    return () => this.#listeners.delete(listener)
  }

  spans(place: number): readonly TokenSpan[] | undefined {
    const line = this.#lines.at(place)
    const side = line?.kind === 'removed' ? this.#sides?.old : this.#sides?.now
    const at = side?.places.get(place)
    return at === undefined ? undefined : side?.colours?.[at]
  }

  async #ask(): Promise<void> {
    this.#asked = true
    const { language } = this.#lines
    if (language === null) return
    const [old, now] = [this.#side(language, 'added'), this.#side(language, 'removed')]
    this.#sides = { old: await old, now: await now }
    for (const listener of this.#listeners) listener()
  }

  async #side(language: string, without: LineKind): Promise<Side> {
    const places = new Map<number, number>()
    const texts: string[] = []
    for (let place = this.#from; place < this.#from + chunkLines; place += 1) {
      const line = this.#lines.at(place)
      if (line === undefined) break
      if (line.kind === without) continue
      places.set(place, texts.length)
      texts.push(line.text)
    }
    return { places, colours: texts.length === 0 ? null : await highlighter.highlight(language, texts.join('\n')) }
  }
}

const chunks = new WeakMap<object, Map<number, Chunk>>()

function chunkOf(lines: ColouredLines, place: number): Chunk {
  const known = chunks.get(lines.of) ?? new Map<number, Chunk>()
  chunks.set(lines.of, known)
  const at = Math.floor(Math.max(0, place) / chunkLines)
  const chunk = known.get(at) ?? new Chunk(lines, at * chunkLines)
  known.set(at, chunk)
  return chunk
}

/** The colours of one line, when they are ready. */
export function useLineColours(lines: ColouredLines, place: number): readonly TokenSpan[] | undefined {
  const chunk = chunkOf(lines, place)
  return useSyncExternalStore(
    chunk.subscribe,
    useCallback(() => chunk.spans(place), [chunk, place]),
  )
}
