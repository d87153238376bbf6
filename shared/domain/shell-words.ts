/** The words of a command line as a shell splits them: quotes and backslashes, nothing else is done. Null: a quote is left open. */
export function shellWords(line: string): string[] | null {
  const words: string[] = []
  let word: string | null = null
  let quote: string | null = null
  // A backslash at the end of a line joins the next one.
  const text = line.replaceAll(/\\\r?\n/g, ' ')
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (quote === "'") {
      if (sign === "'") quote = null
      else word = (word ?? '') + sign
    } else if (sign === '\\' && (quote === null || '"\\$`'.includes(text[at + 1] ?? ' '))) {
      at += 1
      word = (word ?? '') + (text[at] ?? '')
    } else if (quote === '"' ? sign === '"' : sign === '"' || sign === "'") {
      quote = quote === null ? sign : null
      word ??= ''
    } else if (quote === null && /\s/.test(sign)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + sign
  }
  if (quote !== null) return null
  return word === null ? words : [...words, word]
}
