import type { ChangedFile, DiffHunk, FileDiff } from '../../../shared/domain/changes.ts'
import { client } from '../../connection/connection.ts'

/** Which difference: of which file as it is now, seen how. */
export type DiffQuery = { id: string; against: string; whitespace: boolean; file: Pick<ChangedFile, 'path' | 'version'> }

/** So many lines of differences are remembered; those looked at last stay. */
const mostLines = 400_000
/** Around a change, where all of the file is wanted. */
const wholeFile = 100_000

type Entry = DiffReading & { lines: number }

const known = new Map<string, Entry>()

/** `begin`: how it begins, with `nextLine` where there is more; `whole`: all of it. Both reject as the call does. */
export type DiffReading = { begin: Promise<FileDiff>; whole: Promise<FileDiff> }

/** The whole difference of a file; remembered for as long as the file stays what it is. Rejects as the call does. */
export function fileDiff(query: DiffQuery): Promise<FileDiff> {
  return readingOf(query).whole
}

/** The same, to be shown before all of it is there. */
export function readingOf(query: DiffQuery): DiffReading {
  const key = JSON.stringify([query.id, query.against, query.whitespace, query.file.path, query.file.version])
  const entry = known.get(key) ?? { ...read(query), lines: 0 }
  known.delete(key)
  known.set(key, entry)
  entry.whole.then(
    ({ hunks }) => {
      entry.lines = linesIn(hunks)
      forgetOld()
    },
    () => known.delete(key),
  )
  return entry
}

function read(query: DiffQuery): DiffReading {
  const begin = page(query, 3, 0)
  return { begin, whole: begin.then((first) => readRest(query, 3, first)) }
}

/** All lines of the file as it is now. */
export async function wholeText(query: DiffQuery): Promise<string[]> {
  const { hunks } = await readRest(query, wholeFile, await page(query, wholeFile, 0))
  return hunks.flatMap(({ lines }) => lines.flatMap(({ kind, text }) => (kind === '-' ? [] : [text])))
}

function page({ id, against, whitespace, file }: DiffQuery, context: number, fromLine: number): Promise<FileDiff> {
  return client.changes.file({ id, against, whitespace, path: file.path, context, fromLine })
}

async function readRest(query: DiffQuery, context: number, first: FileDiff): Promise<FileDiff> {
  let { hunks, nextLine } = first
  if (nextLine === null) return first
  while (nextLine !== null) {
    const next: FileDiff = await page(query, context, nextLine)
    // The file has changed between two pages: what was read so far is of another one.
    if (next.version !== first.version) return readRest(query, context, await page(query, context, 0))
    hunks = joinHunks(hunks, next.hunks)
    nextLine = next.nextLine
  }
  return { ...first, hunks, nextLine: null }
}

/** Pages in a row: a hunk that was cut by the end of a page is one again. */
export function joinHunks(before: readonly DiffHunk[], next: readonly DiffHunk[]): DiffHunk[] {
  const [last, first] = [before.at(-1), next[0]]
  const goesOn =
    last !== undefined &&
    first !== undefined &&
    last.oldStart + last.oldLines === first.oldStart &&
    last.newStart + last.newLines === first.newStart
  if (!goesOn) return [...before, ...next]
  const joined = {
    ...last,
    oldLines: last.oldLines + first.oldLines,
    newLines: last.newLines + first.newLines,
    lines: [...last.lines, ...first.lines],
  }
  return [...before.slice(0, -1), joined, ...next.slice(1)]
}

function linesIn(hunks: readonly DiffHunk[]): number {
  return hunks.reduce((sum, { lines }) => sum + lines.length, 0)
}

function forgetOld(): void {
  let lines = [...known.values()].reduce((sum, entry) => sum + entry.lines, 0)
  for (const [key, entry] of known) {
    if (lines <= mostLines) return
    lines -= entry.lines
    known.delete(key)
  }
}
