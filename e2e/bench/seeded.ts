import { Chance } from './chance.ts'

const syllables = 'ba de fi go lu ma ne po ri su ta ve wo xi ya zen cor tal mix ver sto que han pro con int'.split(' ')

/** Chance, and words and ids made with it. */
export class Seeded extends Chance {
  readonly #words: string[]
  readonly #prose: string[]
  readonly #code: string[]

  constructor(seed: number) {
    super(seed)
    this.#words = Array.from({ length: 6_000 }, (_, index) => {
      const word = Array.from({ length: 1 + (index % 4) }, () => this.pick(syllables)).join('')
      return index % 9 === 0 ? `${word}_${this.pick(syllables)}` : word
    })
    const sentence = () => Array.from({ length: 90 }, (_, index) => this.word() + (index % 12 === 11 ? '.' : '')).join(' ')
    this.#prose = Array.from({ length: 300 }, sentence)
    const line = () => `${' '.repeat(this.int(0, 3) * 2)}const ${this.word()} = ${this.word()}(${this.word()}, "${this.word()}")`
    this.#code = Array.from({ length: 300 }, () => Array.from({ length: 12 }, line).join('\n'))
  }

  /** From `least` to `most`, both included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
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
