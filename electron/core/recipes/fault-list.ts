import type { RecipeFault } from '../../../shared/domain/recipe.ts'
import type { RecipeText, TextPlace } from './recipe-text.ts'

type ValuePath = readonly PropertyKey[]

/** More faults than these help nobody. */
const mostFaults = 100

/** Faults of a recipe as they are found, each at its place in the text. */
export class FaultList {
  readonly #text: RecipeText
  readonly #faults: RecipeFault[] = []

  constructor(text: RecipeText) {
    this.#text = text
  }

  get hasErrors(): boolean {
    return this.#faults.some(({ severity }) => severity === 'error')
  }

  /** At a value. */
  at(path: ValuePath, message: string, severity: RecipeFault['severity'] = 'error'): void {
    this.#add(this.#text.placeOf(path), message, severity)
  }

  /** At the name of a field. */
  atKey(path: ValuePath, key: string, message: string): void {
    this.#add(this.#text.placeOfKey(path, key), message, 'error')
  }

  /** Within a text. */
  within(path: ValuePath, inner: TextPlace, message: string): void {
    this.#add(this.#text.placeIn(path, inner), message, 'error')
  }

  /** In the order of the text. */
  all(): RecipeFault[] {
    return this.#faults.toSorted((a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0))
  }

  #add({ line, column }: TextPlace, message: string, severity: RecipeFault['severity']): void {
    if (this.#faults.length < mostFaults) this.#faults.push({ line, column, message, severity })
  }
}
