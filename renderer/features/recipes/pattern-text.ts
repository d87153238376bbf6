import type { RecipeWorker } from '../../../shared/domain/recipe.ts'

/** Who works on a pattern, and in which way; null: as the pattern has it. */
export type Worker = Pick<RecipeWorker, 'instance' | 'labels' | 'way'> | null

export type PatternChange = {
  name: string
  worker: Worker
  /** What its inputs begin with from now on. */
  defaults: Readonly<Record<string, unknown>>
}

/** A pattern's text with a name, workers and defaults of the user's own; all else of it stays as it is. */
export async function changedPattern(text: string, { name, worker, defaults }: PatternChange): Promise<string> {
  // Fetched for the first one.
  const { isMap, parseDocument } = await import('yaml')
  const document = parseDocument(text)
  document.set('recipe', name)
  if (worker?.way !== undefined && !isNamed(worker)) document.setIn(['with', 'way'], worker.way)
  if (isNamed(worker)) {
    document.set('with', document.createNode(worker, { flow: true }))
    // Nothing asks for a folder any more.
    const inputs = document.get('inputs')
    const folders = isMap(inputs) ? inputs.items.filter(({ value }) => isMap(value) && value.get('type') === 'folder') : []
    for (const { key } of folders) if (isMap(inputs)) inputs.delete(key)
  }
  for (const [input, value] of Object.entries(defaults)) {
    if (document.hasIn(['inputs', input])) document.setIn(['inputs', input, 'default'], value)
  }
  return document.toString({ lineWidth: 0 })
}

/** True where it is for instances that there are. */
export function isNamed(worker: Worker): boolean {
  return worker?.instance !== undefined || worker?.labels !== undefined
}

/** The same text under another name. */
export function renamed(text: string, name: string): string {
  return text.replace(/^(\s*"?recipe"?\s*:\s*)["']?[\w-]*["']?/m, `$1${name}`)
}

/** A name that nobody has: `review`, else `review-2`, and so on. */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted
  for (let count = 2; taken.includes(name); count += 1) name = `${wanted.slice(0, 58)}-${count}`
  return name
}
