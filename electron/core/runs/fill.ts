import { Template, type Reference, type TemplateFault } from '../recipes/templates.ts'

/** Templates that were read; of texts that come again and again. */
const mostTemplates = 2_000

/** The templates of a recipe, each read once. */
export class Templates {
  readonly #known = new Map<string, Template>()

  /** Throws TemplateFault. */
  of(text: string): Template {
    const known = this.#known.get(text)
    if (known) return known
    if (this.#known.size >= mostTemplates) this.#known.clear()
    const template = new Template(text)
    this.#known.set(text, template)
    return template
  }

  /** A value with every text in it filled in; a text that is one `{{ … }}` becomes that value. Throws TemplateFault. */
  async fill(value: unknown, scope: object): Promise<unknown> {
    if (typeof value === 'string') return isTemplate(value) ? this.of(value).valueInSlices(scope) : value
    if (typeof value !== 'object' || value === null) return value
    const filled: [string, unknown][] = []
    for (const [key, item] of Object.entries(value)) filled.push([key, await this.fill(item, scope)])
    return Array.isArray(value) ? filled.map(([, item]) => item) : Object.fromEntries(filled)
  }

  /** Everything that the texts of a value name. Throws TemplateFault. */
  references(value: unknown): Reference[] {
    if (typeof value === 'string') return isTemplate(value) ? [...this.of(value).references] : []
    if (typeof value !== 'object' || value === null) return []
    return Object.values(value).flatMap((item) => this.references(item))
  }
}

export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%')
}

/** What is wrong with a template, as the error of a step. */
export function templateError(thrown: TemplateFault): { code: string; message: string } {
  return { code: 'TEMPLATE_FAILED', message: `${thrown.message} Change the recipe, or skip this step.` }
}
