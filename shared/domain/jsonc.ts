/** What is wrong with a text that should be JSON, and where. Lines and columns count from 1. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
  readonly place: string

  constructor(text: string, at: number, message: string) {
    super(message)
    const before = text.slice(0, at).split('\n')
    this.place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
  }
}

const mostDeep = 100
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** Reads JSON as editors write it: comments and commas before a closing bracket are let be. Throws JsonFault. */
export function parseJsonc(text: string): unknown {
  return new Reader(text).whole()
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): unknown {
    this.#skip()
    const value = this.#value(0)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#fault('Unexpected text after the end.')
    return value
  }

  #value(depth: number): unknown {
    if (depth > mostDeep) throw this.#fault('It is nested too deep.')
    const next = this.#text[this.#at]
    if (next === '{') return this.#object(depth)
    if (next === '[') return this.#array(depth)
    if (next === '"') return this.#string()
    const word = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/.exec(
      this.#text.slice(this.#at, this.#at + 400),
    )?.[0]
    if (word === undefined) throw this.#fault(next === undefined ? 'The text ends too early.' : `Unexpected ${shown(next)}.`)
    this.#at += word.length
    return JSON.parse(word)
  }

  #object(depth: number): unknown {
    const open = this.#at
    const entries: [string, unknown][] = []
    this.#at += 1
    for (;;) {
      this.#skip()
      if (this.#take('}')) return Object.fromEntries(entries)
      if (this.#text[this.#at] !== '"') throw this.#fault(this.#ended(open, '}') ?? 'A name in double quotes is expected.')
      const name = this.#string()
      this.#skip()
      if (!this.#take(':')) throw this.#fault(`A colon is expected after “${name.slice(0, 60)}”.`)
      this.#skip()
      entries.push([name, this.#value(depth + 1)])
      this.#skip()
      if (!this.#take(',') && this.#text[this.#at] !== '}') throw this.#fault(this.#ended(open, '}') ?? 'A comma or } is expected.')
    }
  }

  #array(depth: number): unknown {
    const open = this.#at
    const items: unknown[] = []
    this.#at += 1
    for (;;) {
      this.#skip()
      if (this.#take(']')) return items
      items.push(this.#value(depth + 1))
      this.#skip()
      if (!this.#take(',') && this.#text[this.#at] !== ']') throw this.#fault(this.#ended(open, ']') ?? 'A comma or ] is expected.')
    }
  }

  #string(): string {
    const open = this.#at
    let value = ''
    this.#at += 1
    for (;;) {
      const next = this.#text[this.#at]
      if (next === undefined || next === '\n') throw new JsonFault(this.#text, open, 'This text has no closing quote.')
      this.#at += 1
      if (next === '"') return value
      value += next === '\\' ? this.#escape() : next
    }
  }

  #escape(): string {
    const next = this.#text[this.#at] ?? ''
    this.#at += 1
    const plain = escapes[next]
    if (plain !== undefined && Object.hasOwn(escapes, next)) return plain
    const code = next === 'u' ? /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.#at, this.#at + 4))?.[0] : undefined
    if (code === undefined) throw new JsonFault(this.#text, this.#at - 2, `\\${next} is not a JSON escape. Write \\\\ for a backslash.`)
    this.#at += 4
    return String.fromCharCode(Number.parseInt(code, 16))
  }

  /** Spaces and comments. */
  #skip(): void {
    const skipped = /^(?:\s|\uFEFF|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(this.#text.slice(this.#at))?.[0] ?? ''
    this.#at += skipped.length
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }

  #ended(open: number, sign: string): string | null {
    if (this.#at < this.#text.length) return null
    const { place } = new JsonFault(this.#text, open, '')
    return `The text ends before the ${sign} that closes ${place}.`
  }

  #fault(message: string): JsonFault {
    return new JsonFault(this.#text, this.#at, message)
  }
}

function shown(sign: string): string {
  return sign === "'" ? 'single quote: JSON wants double quotes' : `“${sign}”`
}
