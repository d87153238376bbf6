import { isMap, isNode, isPair, isScalar, isSeq, parseDocument, type Document, type Node } from 'yaml'
import type { RecipeFault } from '../../../shared/domain/recipe.ts'

/** Where something stands in the text of a recipe. Both count from 1. */
export type TextPlace = { line: number; column: number }

/** A path through maps and lists, as zod names it. */
type ValuePath = readonly PropertyKey[]

/** A recipe's text, read as YAML (of which JSON is a part) but not yet understood. */
export class RecipeText {
  /** What cannot be read at all. */
  readonly faults: readonly RecipeFault[]
  readonly value: unknown
  readonly #document: Document.Parsed
  /** Where each line begins. */
  readonly #lines: readonly number[]

  constructor(text: string) {
    this.#lines = startsOf(text)
    this.#document = parseDocument(text, { prettyErrors: false, stringKeys: true })
    const faults = this.#document.errors.map(({ message, pos: [at] }) => ({ ...this.#placeAt(at), message: wordsOf(message) }))
    // One fault may be met again by all that is around it.
    const told = new Map(faults.map((fault) => [`${fault.line} ${fault.message}`, fault]))
    this.faults = [...told.values()].map((fault) => ({ ...fault, severity: 'error' }))
    this.value = this.faults.length > 0 ? undefined : this.#toValue()
  }

  /** Where a value stands; the nearest one that holds it where there is none. */
  placeOf(path: ValuePath): TextPlace {
    for (let length = path.length; length > 0; length -= 1) {
      const node = this.#nodeAt(path.slice(0, length))
      if (node?.range) return this.#placeAt(node.range[0])
    }
    return { line: 1, column: 1 }
  }

  /** Where a field's own name stands. */
  placeOfKey(path: ValuePath, key: string): TextPlace {
    const parent = path.length === 0 ? this.#document.contents : this.#nodeAt(path)
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key)
      : undefined
    return isScalar(pair?.key) && pair.key.range ? this.#placeAt(pair.key.range[0]) : this.placeOf(path)
  }

  /** Where a line of a text stands that is the value at `path`. */
  placeIn(path: ValuePath, inner: TextPlace): TextPlace {
    const node = this.#nodeAt(path)
    const start = this.placeOf(path)
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
    if (isBlock) return { line: start.line + inner.line, column: inner.column }
    return { line: start.line + inner.line - 1, column: inner.line === 1 ? start.column + inner.column - 1 : inner.column }
  }

  #toValue(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: 100 })
    } catch (thrown) {
      // An alias that stands for itself, or for too much.
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      Object.assign(this, { faults: [{ line: 1, column: 1, message: wordsOf(message), severity: 'error' }] })
      return undefined
    }
  }

  #nodeAt(path: ValuePath): Node | null {
    let node: unknown = this.#document.contents
    for (const step of path) {
      if (!isMap(node) && !isSeq(node)) return null
      node = node.get(step, true)
    }
    return isNode(node) ? node : null
  }

  #placeAt(offset: number): TextPlace {
    let [low, high] = [0, this.#lines.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#lines[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: Math.max(1, offset - (this.#lines[low] ?? 0) + 1) }
  }
}

function startsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function wordsOf(said: string): string {
  if (said.includes('call stack')) return 'This is nested too deep to be read. Make it flatter.'
  if (said.includes('multiple documents')) return 'A recipe is one document. Take out the lines that are “---”.'
  if (said.includes('alias count')) return 'An alias (“*name”) stands for too much. Write out what it stands for.'
  return `${said}.`
}
