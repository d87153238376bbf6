import { breathe } from '../storage/breathe.ts'

/** One line of a patch: its bytes without the line end. `open`: no line end follows in the file. */
export type PatchLine = { kind: ' ' | '+' | '-'; bytes: Buffer; open: boolean }
export type PatchHunk = {
  oldStart: number
  oldLines: number
  newStart: number
  newLines: number
  section: Buffer
  lines: PatchLine[]
}

const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?/
const kinds = new Map<number, PatchLine['kind']>([
  [0x20, ' '],
  [0x2b, '+'],
  [0x2d, '-'],
])
const backslash = 0x5c
/** Lines between two pauses. */
const slice = 20_000

/** The hunks of git's patch of one file, in slices. What comes before the first hunk is left out. */
export async function readPatch(patch: Buffer): Promise<PatchHunk[]> {
  const hunks: PatchHunk[] = []
  let left = { old: 0, new: 0 }
  let count = 0
  for (let from = 0; from < patch.length;) {
    const end = patch.indexOf(0x0a, from)
    const line = patch.subarray(from, end < 0 ? patch.length : end)
    from = end < 0 ? patch.length : end + 1
    count += 1
    if (count % slice === 0) await breathe()
    const hunk = hunks.at(-1)
    if (line[0] === backslash) markOpen(hunk)
    else if (hunk !== undefined && left.old + left.new > 0) left = take(hunk, line, left)
    else {
      const begun = begin(line)
      if (begun === null) continue
      hunks.push(begun)
      left = { old: begun.oldLines, new: begun.newLines }
    }
  }
  return hunks
}

/** Git counts, so that a line of the file that looks like a header is none. */
function take(hunk: PatchHunk, line: Buffer, left: { old: number; new: number }): { old: number; new: number } {
  // Some programs drop the blank of an empty line; git never does, but nothing is lost by reading it so.
  const kind = line.length === 0 ? ' ' : (kinds.get(line[0] ?? 0) ?? ' ')
  hunk.lines.push({ kind, bytes: line.subarray(1), open: false })
  return { old: left.old - (kind === '+' ? 0 : 1), new: left.new - (kind === '-' ? 0 : 1) }
}

function markOpen(hunk: PatchHunk | undefined): void {
  const last = hunk?.lines.at(-1)
  if (last !== undefined) last.open = true
}

function begin(line: Buffer): PatchHunk | null {
  if (!line.subarray(0, 4).equals(hunkStart)) return null
  const found = header.exec(line.toString('latin1'))
  if (found === null) return null
  const [all, oldStart, oldLines = '1', newStart, newLines = '1'] = found
  return {
    oldStart: Number(oldStart),
    oldLines: Number(oldLines),
    newStart: Number(newStart),
    newLines: Number(newLines),
    section: line.subarray(all.length),
    lines: [],
  }
}

const hunkStart = Buffer.from('@@ -')

/** The patch of a file that came to be, or that went: all its lines. */
export function wholePatch(lines: readonly Buffer[], kind: '+' | '-'): PatchHunk[] {
  if (lines.length === 0) return []
  const [oldLines, newLines] = kind === '+' ? [0, lines.length] : [lines.length, 0]
  return [
    {
      oldStart: Math.min(1, oldLines),
      oldLines,
      newStart: Math.min(1, newLines),
      newLines,
      section: Buffer.alloc(0),
      lines: lines.map((line) => {
        const ends = line.at(-1) === 0x0a
        return { kind, bytes: ends ? line.subarray(0, -1) : line, open: !ends }
      }),
    },
  ]
}
