import { AppError } from '../../../shared/app-error.ts'
import { joinLines, linesOf } from './byte-lines.ts'
import type { PatchHunk } from './patch.ts'

/** Some lines of a difference: removed ones by their numbers on the old side, added ones by theirs on the new side. */
export type ChosenLines = { removed: readonly number[]; added: readonly number[] }

/** The old file with what was chosen done to it. Throws BAD_REQUEST where a line is not part of the difference. */
export function withChosen(old: Buffer, now: Buffer, hunks: readonly PatchHunk[], chosen: ChosenLines): Buffer {
  const { removed, added } = checked(hunks, chosen)
  return merged(old, now, hunks, {
    same: 'old',
    keepRemoved: (line) => !removed.has(line),
    keepAdded: (line) => added.has(line),
  })
}

/** The new file with what was chosen taken back. Throws BAD_REQUEST where a line is not part of the difference. */
export function withoutChosen(old: Buffer, now: Buffer, hunks: readonly PatchHunk[], chosen: ChosenLines): Buffer {
  const { removed, added } = checked(hunks, chosen)
  return merged(old, now, hunks, {
    same: 'new',
    keepRemoved: (line) => removed.has(line),
    keepAdded: (line) => !added.has(line),
  })
}

type Choice = {
  /** Whose lines stand where both sides are the same: with white space left out they may differ in it. */
  same: 'old' | 'new'
  keepRemoved: (line: number) => boolean
  keepAdded: (line: number) => boolean
}

/** Walks both files along the hunks. Bytes are taken from the files themselves, never from the patch. */
function merged(old: Buffer, now: Buffer, hunks: readonly PatchHunk[], { same, keepRemoved, keepAdded }: Choice): Buffer {
  const sides = { old: linesOf(old), new: linesOf(now) }
  const kept: Buffer[] = []
  const at = { old: 1, new: 1 }
  const put = (side: 'old' | 'new'): void => {
    const line = sides[side][at[side] - 1]
    if (line !== undefined) kept.push(line)
  }
  const both = (): void => {
    put(same)
    at.old += 1
    at.new += 1
  }
  for (const hunk of hunks) {
    const begin = hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart
    while (at.old < begin) both()
    for (const { kind } of hunk.lines) {
      if (kind === ' ') both()
      else if (kind === '-') {
        if (keepRemoved(at.old)) put('old')
        at.old += 1
      } else {
        if (keepAdded(at.new)) put('new')
        at.new += 1
      }
    }
  }
  while (at[same] <= sides[same].length) both()
  return joinLines(kept)
}

function checked(hunks: readonly PatchHunk[], { removed, added }: ChosenLines): { removed: Set<number>; added: Set<number> } {
  const there = changedLines(hunks)
  if (removed.some((line) => !there.removed.has(line)) || added.some((line) => !there.added.has(line)))
    throw new AppError('BAD_REQUEST', 'Some of the chosen lines are not part of this difference. Reload the changes and choose again.')
  return { removed: new Set(removed), added: new Set(added) }
}

/** All lines that a difference removes and adds, by their numbers. */
export function changedLines(hunks: readonly PatchHunk[]): { removed: Set<number>; added: Set<number> } {
  const removed = new Set<number>()
  const added = new Set<number>()
  for (const hunk of hunks) {
    let old = hunk.oldStart
    let now = hunk.newStart
    for (const { kind } of hunk.lines) {
      if (kind === '-') removed.add(old)
      if (kind === '+') added.add(now)
      if (kind !== '+') old += 1
      if (kind !== '-') now += 1
    }
  }
  return { removed, added }
}
