import { clipText, lineCount, type ClippedText, type TextLimit } from '../words/clip-text.ts'
import { eachSegment, type Segment } from './visible-characters.ts'

/** Beyond this a text is not even looked at before more of it is asked for. */
const farthest = { lines: 400_000, characters: 400_000 }

/**
 * The beginning of a text as `visibleSegments` cuts it, limited by what is shown: a run of blank lines counts as the one line that says how
 * many they are. `rest` says how much of the text itself is not shown. No more of it is looked at than is shown.
 */
export function clipVisible(text: string, limit: TextLimit): { segments: Segment[]; rest: ClippedText['rest'] } {
  const near = clipText(text, { lines: farthest.lines, characters: Math.max(farthest.characters, limit.characters * 2) }).shown
  const segments: Segment[] = []
  let { lines, characters } = limit
  let taken = 0
  for (const segment of eachSegment(near)) {
    if (characters <= 0) break
    const { shown, rest } = clipText(segment.text, { lines, characters })
    if (rest) {
      if (!segment.hidden && shown !== '') {
        segments.push({ text: shown, hidden: false })
        taken += shown.length
      }
      break
    }
    segments.push(segment)
    taken += segment.hidden ? segment.original.length : segment.text.length
    lines -= lineCount(segment.text) - 1
    characters -= segment.text.length
  }
  return { segments, rest: taken < text.length ? restOf(text, taken) : null }
}

function restOf(text: string, taken: number): NonNullable<ClippedText['rest']> {
  const allLines = lineCount(text)
  const lines = allLines - lineCount(text.slice(0, taken))
  return { lines, characters: text.length - taken, allLines, allCharacters: text.length }
}
