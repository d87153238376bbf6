/** JSON as a value that nothing is known of yet; undefined for what is not JSON, and for null. */
export function parseJson(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
