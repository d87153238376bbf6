/** Letters, digits and signs that Claude Code reads as part of a path without quotes around it. */
const plain = /^[\p{L}\p{M}\p{N}_./~+@%=-]*[\p{L}\p{M}\p{N}_/~+@%=-]$/u

/**
 * A path as Claude Code expands it in a prompt, `@src/app.ts` or `@"a b.txt"`; null for one that it has no form for: a `#` begins a line
 * range, and within quotes nothing can be escaped.
 */
export function fileMention(path: string): string | null {
  if (path === '' || path.includes('#') || path.includes('\0')) return null
  if (plain.test(path) && !path.startsWith('agent-')) return `@${path}`
  if (!path.includes('"')) return path.endsWith(' (agent)') ? null : `@"${path}"`
  return /\s/.test(path) || path.startsWith('"') || /[.,;:!?)\]}'"]$/.test(path) ? null : `@${path}`
}

/** How a path is written where Claude Code cannot expand it: Claude can still read it. */
export function writtenPath(path: string): string {
  return `\`${path}\``
}
