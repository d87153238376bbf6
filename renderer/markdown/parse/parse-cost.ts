/** What may be read at once; what costs more is for the worker. In characters of plain words. */
const mostAtOnce = 3_500
/** A line costs as much as so many characters of words, and so does a mark that opens or closes something: it is looked for again and again. */
const costOfLine = 20
const costOfMark = 10
const deepest = 12

const marks = /[*_~[\]()<>!`$|\\&#^@\u007f-\u009f\u200b-\u206f]/g
const deepQuote = new RegExp(`^[ \\t]*(?:(?:[>*+-]|\\d{1,9}[.)])[ \\t]*){${deepest},}`, 'm')
const deepIndent = new RegExp(`^[ \\t]{${deepest * 3},}`, 'm')

/** Whether a block can be read at once, within some milliseconds, whatever it holds. */
export function isQuicklyRead(text: string): boolean {
  if (text.length > mostAtOnce) return false
  const cost = text.length + (text.match(/\n/g)?.length ?? 0) * costOfLine + (text.match(marks)?.length ?? 0) * costOfMark
  return cost <= mostAtOnce && !deepQuote.test(text) && !deepIndent.test(text)
}
