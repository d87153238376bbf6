/** What stands for a value that is filled in when a process starts: `${env:NAME}`, `${env:NAME:-default}`, `${secret:NAME}`. */
export type Reference = { kind: 'env' | 'secret'; name: string; fallback: string | null }

const pattern = /\$\{(env|secret):([A-Za-z_][A-Za-z0-9_-]*)(?::-([^{}]*))?\}/g

/** The references in a text, in order. */
export function referencesIn(text: string): Reference[] {
  return [...text.matchAll(pattern)].map(([, kind, name = '', fallback]) => ({
    kind: kind === 'secret' ? 'secret' : 'env',
    name,
    fallback: fallback ?? null,
  }))
}

/** The text with each reference replaced. */
export function fillReferences(text: string, valueOf: (reference: Reference) => string): string {
  return text.replace(pattern, (whole) => {
    const [reference] = referencesIn(whole)
    return reference === undefined ? whole : valueOf(reference)
  })
}

/** Every text in a value, with where it stands: `env.TOKEN`, `mcpServers.github.args.1`. */
export function textsIn(value: unknown, place = ''): { place: string; text: string }[] {
  if (typeof value === 'string') return [{ place, text: value }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, place === '' ? key : `${place}.${key}`))
}
