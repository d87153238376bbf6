import { clipText, lineCount, type ClippedText, type TextLimit } from '../words/clip-text.ts'
import { visibleSegments, type Segment } from './visible-characters.ts'

/** Beyond this a text is not even looked at before more of it is asked for. */
const farthest = { lines: 400_000, characters: 400_000 }

/**
 * The beginning of a text as `visibleSegments` cuts it, limited by what is shown: a run of blank lines counts as the one line that says how
 * many they are. `rest` says what is not shown.
 */
export function clipVisible(text: string, limit: TextLimit): { segments: Segment[]; rest: ClippedText['rest'] } {
  const near = clipText(text, { lines: farthest.lines, characters: Math.max(farthest.characters, limit.characters * 2) })
  const all = visibleSegments(near.shown)
  const segments: Segment[] = []
  let lines = limit.lines
  let characters = limit.characters
  let place = 0
  for (; place < all.length; place += 1) {
    const segment = all[place]
    if (!segment) break
    const { shown, rest } = clipText(segment.text, { lines, characters })
    if (rest) {
      if (!segment.hidden && shown !== '') segments.push({ text: shown, hidden: false })
      return { segments, rest: restOf(all, segments, near) }
    }
    segments.push(segment)
    lines -= lineCount(segment.text) - 1
    characters -= segment.text.length
    if (characters <= 0 && place < all.length - 1) return { segments, rest: restOf(all, segments, near) }
  }
  return { segments, rest: near.rest }
}

function restOf(all: readonly Segment[], shown: readonly Segment[], near: ClippedText): ClippedText['rest'] {
  const [allLines, allCharacters] = sizeOf(all)
  const [lines, characters] = sizeOf(shown)
  const beyond = { lines: near.rest?.lines ?? 0, characters: near.rest?.characters ?? 0 }
  return {
    lines: allLines - lines + beyond.lines,
    characters: allCharacters - characters + beyond.characters,
    allLines: allLines + beyond.lines,
    allCharacters: allCharacters + beyond.characters,
  }
}

function sizeOf(segments: readonly Segment[]): [lines: number, characters: number] {
  let lines = 1
  let characters = 0
  for (const { text } of segments) {
    lines += lineCount(text) - 1
    characters += text.length
  }
  return [lines, characters]
}
