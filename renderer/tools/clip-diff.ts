import { clipText, lineCount, type ClippedText, type TextLimit } from '../words/clip-text.ts'
import type { DiffLine, Hunk } from './edit-diff.ts'

/** A change from its beginning, by lines and characters; `rest` says what is not in it. No more of it is cut into lines than is shown. */
export function clipDiff(hunks: readonly Hunk[], limit: TextLimit): { hunks: Hunk[]; rest: ClippedText['rest'] } {
  const shown: Hunk[] = []
  const left = { ...limit }
  let [allLines, allCharacters] = [0, 0]
  let [shownLines, shownCharacters] = [0, 0]
  for (const hunk of hunks) {
    const taken: DiffLine[] = []
    for (const line of linesOf(hunk, left)) {
      const text = clipText(line.text, { lines: 1, characters: left.characters }).shown
      taken.push(text.length === line.text.length ? line : { kind: line.kind, text })
      left.lines -= 1
      left.characters -= line.text.length
      shownCharacters += text.length
    }
    shownLines += taken.length
    if (taken.length > 0)
      shown.push(hunk.beyond === undefined && taken.length === hunk.lines.length && left.characters > 0 ? hunk : { lines: taken })
    const [lines, characters] = sizeOf(hunk)
    allLines += lines
    allCharacters += characters
  }
  const isWhole = shownLines === allLines && shownCharacters === allCharacters
  const rest = { lines: allLines - shownLines, characters: allCharacters - shownCharacters, allLines, allCharacters }
  return { hunks: shown, rest: isWhole ? null : rest }
}

/** Its lines, as long as there is something left. */
function* linesOf({ lines, beyond = [] }: Hunk, left: Readonly<TextLimit>): Generator<DiffLine> {
  for (const line of lines) {
    if (left.lines <= 0 || left.characters <= 0) return
    yield line
  }
  for (const { kind, text } of beyond) {
    for (let from = 0; from <= text.length;) {
      if (left.lines <= 0 || left.characters <= 0) return
      const found = text.indexOf('\n', from)
      const to = found < 0 ? text.length : found
      yield { kind, text: text.slice(from, to) }
      from = to + 1
    }
  }
}

/** Lines, and characters without their line breaks. */
function sizeOf({ lines, beyond = [] }: Hunk): [lines: number, characters: number] {
  let count = lines.length
  let characters = lines.reduce((sum, { text }) => sum + text.length, 0)
  for (const { text } of beyond) {
    const own = lineCount(text)
    count += own
    characters += text.length - (own - 1)
  }
  return [count, characters]
}
