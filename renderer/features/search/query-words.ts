/** What a search wants to see: its words and phrases, without filters and without what it refuses. */
export function wordsOf(query: string): string[] {
  const words: string[] = []
  for (const [, not = '', straight, curly, word = ''] of query.matchAll(/(-?)(?:"([^"]*)"?|“([^”]*)”?|([a-z]+:"[^"]*"?|\S+))/g)) {
    const quoted = straight ?? curly
    if (not !== '' || (quoted === undefined && (word === 'OR' || filter.test(word)))) continue
    const text = (quoted ?? word.replaceAll(/^\*|\*$/g, '')).trim()
    if (/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text)) words.push(text)
  }
  return words
}

const filter = /^(?:role|tool|instance|folder|tag|before|after|on|is):/

/** Finds these words in text, as they begin; null when there are none. */
export function patternOf(words: readonly string[]): RegExp | null {
  const parts = words.map((word) =>
    word
      .split(/[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+/u)
      .filter((part) => part !== '')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`))
      .join(String.raw`[^\p{L}\p{N}]{1,8}`),
  )
  const some = parts.filter((part) => part !== '')
  return some.length === 0 ? null : new RegExp(some.join('|'), 'giu')
}
