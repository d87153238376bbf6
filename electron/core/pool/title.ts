const longest = 60

/** A conversation's first title: the beginning of its first prompt, cut at a word. */
export function titleFrom(text: string): string {
  const line = text
    .split('\n')
    .map((part) => part.replace(/^[#>*\s-]+/, '').trim())
    .find((part) => part !== '')
  if (line === undefined) return 'Image'
  const plain = line.replace(/\s+/g, ' ')
  const characters = Array.from(plain)
  if (characters.length <= longest) return plain
  const cut = characters.slice(0, longest).join('')
  const space = cut.lastIndexOf(' ')
  return `${(space > longest / 2 ? cut.slice(0, space) : cut).trimEnd()}…`
}
