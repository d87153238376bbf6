/** More marks on one letter than any language has; each further one costs the page more than the one before. */
const most = 12

const piled = /(?:\p{M}|\p{Cf}|\p{Default_Ignorable_Code_Point})+/gu
const mayPile = /(?:\p{M}|\p{Cf}|\p{Default_Ignorable_Code_Point}){13}/u

/**
 * Text that can be laid out: of a pile of marks on one letter, or of signs that are not seen, the first twelve stay and the others are
 * counted, such as `⟨188 more marks⟩`. Linear; the same string when there is no such pile.
 */
export function boundMarks(text: string): string {
  if (!mayPile.test(text)) return text
  return text.replace(piled, (pile) => {
    // Longer than any emoji's: what is cut is never one that can be read.
    const marks = Array.from(pile)
    return marks.length <= most ? pile : `${marks.slice(0, most).join('')}⟨${(marks.length - most).toLocaleString('en-US')} more marks⟩`
  })
}
