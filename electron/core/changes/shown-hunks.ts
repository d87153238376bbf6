import { isUtf8 } from 'node:buffer'
import type { DiffHunk } from '../../../shared/domain/changes.ts'
import { breathe } from '../storage/breathe.ts'
import type { PatchHunk, PatchLine } from './patch.ts'

/** What is answered at once; less of how it begins, which somebody waits to see. */
const mostLines = 5_000
const firstLines = 1_000
const mostBytes = 2_000_000
const longestLine = 10_000
const longestSection = 300

export type HunkPage = { hunks: DiffHunk[]; encoding: 'utf-8' | 'latin1'; nextLine: number | null }

/** A page of a difference as text, from the line `from` of it on. A hunk that does not fit ends with the page; its rest begins the next. */
export async function pageOfHunks(all: readonly PatchHunk[], from: number): Promise<HunkPage> {
  const hunks: DiffHunk[] = []
  let skipped = 0
  let lines = 0
  let bytes = 0
  let latin = false
  const most = from === 0 ? firstLines : mostLines
  for (const hunk of all) {
    const first = Math.max(0, from - skipped)
    skipped += Math.min(hunk.lines.length, first)
    if (first >= hunk.lines.length) continue
    const part: PatchLine[] = []
    for (const line of hunk.lines.slice(first)) {
      if (lines === most || bytes > mostBytes) break
      part.push(line)
      lines += 1
      bytes += Math.min(line.bytes.length, longestLine) + 20
      latin ||= !isUtf8(line.bytes)
    }
    if (part.length > 0) hunks.push(shown(hunk, first, part))
    if (part.length < hunk.lines.length - first) return { hunks, encoding: latin ? 'latin1' : 'utf-8', nextLine: from + lines }
    if (hunks.length % 500 === 0) await breathe()
  }
  return { hunks, encoding: latin ? 'latin1' : 'utf-8', nextLine: null }
}

function shown(hunk: PatchHunk, first: number, part: readonly PatchLine[]): DiffHunk {
  const before = countsOf(hunk.lines.slice(0, first))
  const counts = countsOf(part)
  return {
    oldStart: hunk.oldStart + before.old,
    oldLines: counts.old,
    newStart: hunk.newStart + before.new,
    newLines: counts.new,
    section: textOf(hunk.section).slice(0, longestSection),
    lines: part.map(({ kind, bytes, open }) => {
      const text = textOf(bytes)
      const cut = text.length > longestLine
      return { kind, text: cut ? text.slice(0, longestLine) : text, ...(open ? { open } : {}), ...(cut ? { cut } : {}) }
    }),
  }
}

function countsOf(lines: readonly PatchLine[]): { old: number; new: number } {
  const added = lines.filter(({ kind }) => kind === '+').length
  const removed = lines.filter(({ kind }) => kind === '-').length
  return { old: lines.length - added, new: lines.length - removed }
}

function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}
