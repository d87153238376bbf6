import { Template, TemplateFault, type Reference } from './templates.ts'

const mostChars = 5_000_000

/** What templates name, by their text: while somebody types, all but one are the same as at the last key. */
export class TemplateReadings {
  /** The latest ones last. */
  readonly #known = new Map<string, readonly Reference[] | TemplateFault>()
  #chars = 0

  /** What a template takes from outside, or why it cannot be read. */
  of(text: string): readonly Reference[] | TemplateFault {
    const known = this.#known.get(text)
    const read = known ?? referencesOf(text)
    if (known) this.#known.delete(text)
    else this.#chars += text.length
    this.#known.set(text, read)
    for (const oldest of this.#known.keys()) {
      if (this.#chars <= mostChars) break
      this.#known.delete(oldest)
      this.#chars -= oldest.length
    }
    return read
  }
}

function referencesOf(text: string): readonly Reference[] | TemplateFault {
  try {
    return new Template(text).references
  } catch (thrown) {
    if (thrown instanceof TemplateFault) return thrown
    throw thrown
  }
}
