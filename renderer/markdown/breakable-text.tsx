import { Fragment, type ReactNode } from 'react'
import { boundMarks } from '../words/bound-marks.ts'

/** Signs of the font's own, without a space: a line is broken within them only by trying each place, and they are joined into one another. */
const run = /[\u0021-\u024f\u2000-\u200a\u2010-\u2027\u2030-\u205e\u2070-\u2bff]{300,}/
const everyRun = new RegExp(run, 'g')
const stretch = 100

/** Text that can be laid out whatever it holds: marks on one letter are bounded, and endless words may be broken. Copied, it is the same. */
export function breakableText(text: string): ReactNode {
  const bounded = boundMarks(text)
  if (!run.test(bounded)) return bounded
  const pieces: string[] = []
  let position = 0
  for (const { 0: word, index } of bounded.matchAll(everyRun)) {
    let from = position
    for (let to = index + stretch; to < index + word.length; to += stretch) {
      pieces.push(bounded.slice(from, to))
      from = to
    }
    position = from
  }
  pieces.push(bounded.slice(position))
  return pieces.map((piece, place) => (
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {piece}
    </Fragment>
  ))
}
