/** Words as small numbers, so that millions of rows can hold them. 0 stands for: none. */
export class Dictionary {
  readonly #codes = new Map<string, number>()
  readonly #words: (string | null)[] = [null]

  get size(): number {
    return this.#words.length
  }

  /** The number of a word; a new one for a new word. */
  code(word: string | null): number {
    if (word === null) return 0
    const known = this.#codes.get(word)
    if (known !== undefined) return known
    const code = this.#words.length
    this.#codes.set(word, code)
    this.#words.push(word)
    return code
  }

  /** The number of a word that is there, or undefined. */
  find(word: string | null): number | undefined {
    return word === null ? 0 : this.#codes.get(word)
  }

  word(code: number): string | null {
    return this.#words[code] ?? null
  }
}
