import type { ChangedFile, ChosenFile, DiffHunk } from '../../../shared/domain/changes.ts'

/**
 * What of a file goes into a commit: all of it, none, or some lines, each as `hunk:line`. Lines are good for one version of the file only.
 */
export type FileChoice = 'all' | 'none' | { version: string; lines: ReadonlySet<string> }

type File = Pick<ChangedFile, 'path' | 'version' | 'by'>
type Lines = readonly { hunk: number; place: number }[]

/** What others changed is left out until it is asked for. */
export function choiceOf(file: File, choices: ReadonlyMap<string, FileChoice>): FileChoice {
  const choice = choices.get(file.path)
  const isOld = typeof choice === 'object' && choice.version !== file.version
  if (choice !== undefined && !isOld) return choice
  return file.by === 'others' ? 'none' : 'all'
}

export function isChosen(choice: FileChoice, hunk: number, place: number): boolean {
  return typeof choice === 'string' ? choice === 'all' : choice.lines.has(keyOf(hunk, place))
}

/** All, some or none of these lines. */
export function shareOf(choice: FileChoice, lines: Lines): 'all' | 'some' | 'none' {
  const count = lines.filter(({ hunk, place }) => isChosen(choice, hunk, place)).length
  return count === 0 ? 'none' : count === lines.length ? 'all' : 'some'
}

/** The lines of a difference that were added or removed. */
export function changedLines(hunks: readonly DiffHunk[]): { hunk: number; place: number }[] {
  return hunks.flatMap(({ lines }, hunk) => lines.flatMap(({ kind }, place) => (kind === ' ' ? [] : [{ hunk, place }])))
}

/** The choice with these lines in it, or without them. `hunks`: the whole difference. */
export function withLines(
  choice: FileChoice,
  { version, hunks }: { version: string; hunks: readonly DiffHunk[] },
  lines: Lines,
  on: boolean,
): FileChoice {
  const all = changedLines(hunks)
  const chosen = new Set(all.filter(({ hunk, place }) => isChosen(choice, hunk, place)).map(({ hunk, place }) => keyOf(hunk, place)))
  for (const { hunk, place } of lines) {
    if (on) chosen.add(keyOf(hunk, place))
    else chosen.delete(keyOf(hunk, place))
  }
  if (chosen.size === 0) return 'none'
  return chosen.size === all.length ? 'all' : { version, lines: chosen }
}

/** As a call takes it; null where nothing of it is chosen. */
export function chosenFile({ path, version }: Pick<ChangedFile, 'path' | 'version'>, choice: FileChoice): ChosenFile | null {
  if (choice === 'none') return null
  return choice === 'all' ? { path, version } : { path, version, hunks: hunksOf([...choice.lines].map(placeOf)) }
}

/** Lines as a call takes them: by hunk, in order. */
export function hunksOf(lines: Lines): { hunk: number; lines: number[] }[] {
  const byHunk = new Map<number, number[]>()
  for (const { hunk, place } of lines) byHunk.set(hunk, [...(byHunk.get(hunk) ?? []), place])
  return [...byHunk]
    .toSorted(([a], [b]) => a - b)
    .map(([hunk, places]) => ({ hunk, lines: [...new Set(places)].toSorted((a, b) => a - b) }))
}

function keyOf(hunk: number, place: number): string {
  return `${hunk}:${place}`
}

function placeOf(key: string): { hunk: number; place: number } {
  const [hunk = 0, place = 0] = key.split(':').map(Number)
  return { hunk, place }
}
