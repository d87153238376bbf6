/** The prompts of a batch: blocks between empty lines, or, where there is no empty line, each line. */
export function promptsOf(text: string): string[] {
  const clean = text.replaceAll('\r\n', '\n').trim()
  const parts = /\n[ \t]*\n/.test(clean) ? clean.split(/\n(?:[ \t]*\n)+/) : clean.split('\n')
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}
