/** What stands between commas that are in no parentheses, each once. */
export function labelsFrom(typed: string): string[] {
  const parts = typed.split(/,(?![^(]*\))/).map((part) => part.trim())
  return [...new Set(parts.filter((part) => part !== ''))]
}
