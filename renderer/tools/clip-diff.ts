import { clipText, type ClippedText, type TextLimit } from '../words/clip-text.ts'
import type { DiffLine, Hunk } from './edit-diff.ts'

/** A change from its beginning, by lines and characters; `rest` says what is not in it. */
export function clipDiff(hunks: readonly Hunk[], limit: TextLimit): { hunks: Hunk[]; rest: ClippedText['rest'] } {
  const shown: Hunk[] = []
  let { lines, characters } = limit
  let allLines = 0
  let allCharacters = 0
  let shownLines = 0
  let shownCharacters = 0
  for (const hunk of hunks) {
    const taken: DiffLine[] = []
    for (const line of hunk.lines) {
      allLines += 1
      allCharacters += line.text.length
      if (lines <= 0 || characters <= 0) continue
      const text = clipText(line.text, { lines: 1, characters }).shown
      taken.push(text.length === line.text.length ? line : { kind: line.kind, text })
      lines -= 1
      characters -= line.text.length
      shownLines += 1
      shownCharacters += text.length
    }
    if (taken.length > 0) shown.push(taken.length === hunk.lines.length && characters > 0 ? hunk : { lines: taken })
  }
  const isWhole = shownLines === allLines && shownCharacters === allCharacters
  const rest = { lines: allLines - shownLines, characters: allCharacters - shownCharacters, allLines, allCharacters }
  return { hunks: shown, rest: isWhole ? null : rest }
}
