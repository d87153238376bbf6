const syllables = 'ba de fi go lu ma ne po ri su ta ve wo xi ya zen cor tal mix ver sto que han pro con int'.split(' ')

/** Chance that is the same every time (xorshift32), and words made with it. */
export class Seeded {
  #state: number
  readonly #words: string[]
  readonly #prose: string[]
  readonly #code: string[]

  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0 || 1
    this.#words = Array.from({ length: 6_000 }, (_, index) => {
      const word = Array.from({ length: 1 + (index % 4) }, () => this.pick(syllables)).join('')
      return index % 9 === 0 ? `${word}_${this.pick(syllables)}` : word
    })
    const sentence = () => Array.from({ length: 90 }, (_, index) => this.word() + (index % 12 === 11 ? '.' : '')).join(' ')
    this.#prose = Array.from({ length: 300 }, sentence)
    const line = () => `${' '.repeat(this.int(0, 3) * 2)}const ${this.word()} = ${this.word()}(${this.word()}, "${this.word()}")`
    this.#code = Array.from({ length: 300 }, () => Array.from({ length: 12 }, line).join('\n'))
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state ^= this.#state << 13
    this.#state >>>= 0
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    this.#state >>>= 0
    return this.#state / 4_294_967_296
  }

  /** From `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.next() * list.length)]
    if (found === undefined) throw new RangeError('There is nothing to pick from.')
    return found
  }

  /** Half of them under `median`, a few much larger, as lengths are in life. */
  lognormal(median: number, sigma: number, most: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return Math.min(most, Math.max(1, Math.round(median * Math.exp(sigma * normal))))
  }

  /** Common words more often than rare ones. */
  word(): string {
    return this.#words[Math.min(this.#words.length - 1, Math.floor(this.#words.length * this.next() ** 3))] ?? 'word'
  }

  prose(length: number): string {
    return this.#from(this.#prose, length)
  }

  code(length: number): string {
    return this.#from(this.#code, length)
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length)
      text += Math.floor(this.next() * 65_536)
        .toString(16)
        .padStart(4, '0')
    return text.slice(0, length)
  }

  uuid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`
  }

  #from(source: readonly string[], length: number): string {
    let text = ''
    while (text.length < length + 60) text += `${text === '' ? '' : '\n'}${this.pick(source)}`
    const from = this.int(0, 60)
    return text.slice(from, from + length).trim() || this.word()
  }
}
