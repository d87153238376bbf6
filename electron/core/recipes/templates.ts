import { Context, Liquid, LiquidError, Output, toValueSync, Value, type Template as LiquidNode } from 'liquidjs'

import { inSlices } from './in-slices.ts'

/** Work of a template's own, whatever else there is to do meanwhile. */
const mostMs = 5_000

/** A template that cannot be read, or whose values are missing. `row` and `column` count from 1 within it. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault'
  readonly row: number
  readonly column: number

  constructor(message: string, place: { row: number; column: number }, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.row = place.row
    this.column = place.column
  }
}

/** Something that a template names: `steps.find.output` is `['steps', 'find', 'output']`. What is computed ends the path. */
export type Reference = { path: string[]; row: number; column: number }

const engine = new Liquid({
  strictFilters: true,
  strictVariables: true,
  // A missing value may be asked for where the template says what then.
  lenientIf: true,
  ownPropertyOnly: true,
  // Templates of ours read no files.
  templates: {},
  parseLimit: 400_000,
  renderLimit: 250,
  memoryLimit: 50_000_000,
  outputEscape: textOf,
})

// These read other files.
for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag]

/** A text with `{{ … }}` in it, understood once and filled in as often as needed. No code of its author's runs. */
export class Template {
  /** What it takes from outside, in the order of the text. */
  readonly references: readonly Reference[]
  readonly #nodes: LiquidNode[]
  /** Its only part, where that is a value. */
  readonly #only: Value | null

  /** Throws TemplateFault. */
  constructor(text: string) {
    this.#nodes = faulting(() => engine.parse(text))
    this.#only = onlyValue(this.#nodes)
    this.references = faulting(() => referencesOf(this.#nodes))
  }

  /** Throws TemplateFault where a value is missing, or it takes too long. */
  text(scope: object): string {
    return faulting(() => textOf(engine.renderSync(this.#nodes, scope)))
  }

  /** Like `text`, but one that is a single `{{ … }}` gives that value as it is: a list stays a list. */
  value(scope: object): unknown {
    const only = this.#only
    return only === null ? this.text(scope) : faulting(() => toValueSync(only.value(contextOf(scope))))
  }

  /** Like `value`, and others have their turn meanwhile. */
  async valueInSlices(scope: object): Promise<unknown> {
    const only = this.#only
    return only === null ? this.#textInSlices(scope) : this.#inSlices(() => only.value(unhurried(scope)))
  }

  /** Whether it is true. What is missing is false, and so are `false`, `no`, `0` and an empty text. */
  isTrue(scope: object): boolean {
    const only = this.#only
    return isTruth(only === null ? this.text(scope) : faulting(() => toValueSync(only.value(contextOf(scope), true))))
  }

  /** Like `isTrue`, and others have their turn meanwhile. */
  async isTrueInSlices(scope: object): Promise<boolean> {
    const only = this.#only
    return isTruth(await (only === null ? this.#textInSlices(scope) : this.#inSlices(() => only.value(unhurried(scope), true))))
  }

  async #textInSlices(scope: object): Promise<string> {
    return textOf(await this.#inSlices(() => engine._render(this.#nodes, unhurried(scope), {})))
  }

  async #inSlices(begin: () => unknown): Promise<unknown> {
    try {
      return await inSlices(begin(), mostMs)
    } catch (thrown) {
      throw faultOf(thrown)
    }
  }
}

/** What is no text stands in a prompt as JSON; Liquid's own way would lose its fields. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value, null, 2)
}

function isTruth(value: unknown): boolean {
  return !(value === null || value === undefined || value === false || ['', 'false', 'no', '0'].includes(textOf(value).trim()))
}

/** What takes too long is told by whoever does it in slices: the time between them is others'. */
function unhurried(scope: object): Context {
  return new Context(scope, engine.options, { sync: true, renderLimit: Number.POSITIVE_INFINITY })
}

function contextOf(scope: object): Context {
  return new Context(scope, engine.options, { sync: true })
}

function referencesOf(nodes: LiquidNode[]): Reference[] {
  const { globals } = engine.analyzeSync(nodes, { partials: false })
  const all = Object.values(globals).flatMap((variables) =>
    variables.map((variable) => ({ path: namedPath(variable.toArray()), row: variable.location.row, column: variable.location.col })),
  )
  return all.toSorted((a, b) => a.row - b.row || a.column - b.column)
}

/** As far as it is written out. */
function namedPath(segments: readonly unknown[]): string[] {
  const computed = segments.findIndex((segment) => Array.isArray(segment))
  return segments.slice(0, computed < 0 ? undefined : computed).map(String)
}

function onlyValue(nodes: readonly LiquidNode[]): Value | null {
  const [only, ...others] = nodes.filter((node) => node instanceof Output || node.token.getText().trim() !== '')
  if (!(only instanceof Output) || others.length > 0) return null
  // Read once more: what an output holds makes text of its value.
  const inside = /^\{\{-?([\s\S]*?)-?\}\}$/.exec(only.token.getText())?.[1]
  return inside === undefined ? null : new Value(inside, engine)
}

function faulting<T>(make: () => T): T {
  try {
    return make()
  } catch (thrown) {
    throw faultOf(thrown)
  }
}

/** Liquid's words without the place, which is told beside them. */
function faultOf(thrown: unknown): TemplateFault {
  if (!LiquidError.is(thrown)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    return new TemplateFault(`The template can’t be filled in: ${message}.`, { row: 1, column: 1 }, thrown)
  }
  const [row = 1, column = 1] = thrown.token.getPosition()
  const said = thrown.message.replace(/, line:\d+(, col:\d+)?$/, '')
  return new TemplateFault(wordsOf(said), { row, column }, thrown)
}

function wordsOf(said: string): string {
  const missing = /^undefined variable: (.+)$/.exec(said)?.[1]
  if (missing !== undefined) return `“${missing}” has no value. Use “| default: …” where it may be missing.`
  const filter = /^undefined filter: (.+)$/.exec(said)?.[1]
  if (filter !== undefined) return `There is no filter “${filter}”.`
  if (said.includes('call stack')) return 'This template is nested too deep to be read. Make it flatter.'
  return `This template can’t be read: ${said}.`
}
