/** How a text is taken apart: into lines, into blocks between empty lines, not at all, or as its empty lines suggest. */
export type BatchSplit = 'auto' | 'lines' | 'blocks' | 'one'

/** The prompts of a batch. */
export function promptsOf(text: string, split: BatchSplit = 'auto'): string[] {
  const clean = text.replaceAll('\r\n', '\n').trim()
  const parts = partsOf(clean, split === 'auto' ? (/\n[ \t]*\n/.test(clean) ? 'blocks' : 'lines') : split)
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function partsOf(text: string, split: Exclude<BatchSplit, 'auto'>): string[] {
  if (split === 'one') return [text]
  return split === 'blocks' ? text.split(/\n(?:[ \t]*\n)+/) : text.split('\n')
}
