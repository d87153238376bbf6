/** An object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Reads what another program has written, field by field: one that is not as expected counts as absent and costs only itself. Schemas
 * would say the same and take ten times as long, over gigabytes.
 */
export function fieldsOf(value: unknown): Fields | null {
  return isFields(value) ? value : null
}

/** An object that is written as JSON; null for everything else. */
export function fieldsIn(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text))
  } catch {
    return null
  }
}

/** The text of a field; null when there is none, or nothing in it. */
export function textIn(fields: Fields | null, name: string): string | null {
  const value = fields?.[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** A number that is not negative, or null. */
export function countIn(fields: Fields | null, name: string): number | null {
  const value = fields?.[name]
  return typeof value === 'number' && value >= 0 ? value : null
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
