/** JSON as a value that nothing is known of yet; undefined for what is not JSON. */
export function parseJson(text: string | Buffer | null | undefined): unknown {
  if (text === null || text === undefined) return undefined
  try {
    return JSON.parse(typeof text === 'string' ? text : text.toString('utf8'))
  } catch {
    return undefined
  }
}
