import type { ChangedFile, ChosenFile } from '../../../shared/domain/changes.ts'
import { lineKey, type NumberedLine } from '../../tools/diff/diff-rows.ts'

/** What of a file goes into a commit: all of it, none, or some lines. Lines are good for one difference only, which has one `version`. */
export type FileChoice = 'all' | 'none' | { version: string; lines: ReadonlySet<string> }

type File = Pick<ChangedFile, 'path' | 'version' | 'by'>

/** What others changed is left out until it is asked for. */
export function choiceOf(file: File, choices: ReadonlyMap<string, FileChoice>): FileChoice {
  const choice = choices.get(file.path)
  const isOld = typeof choice === 'object' && choice.version !== file.version
  if (choice !== undefined && !isOld) return choice
  return file.by === 'others' ? 'none' : 'all'
}

export function isChosen(choice: FileChoice, line: NumberedLine): boolean {
  return typeof choice === 'string' ? choice === 'all' : choice.lines.has(lineKey(line))
}

/** All, some or none of these lines. */
export function shareOf(choice: FileChoice, lines: readonly NumberedLine[]): 'all' | 'some' | 'none' {
  if (typeof choice === 'string') return choice
  const count = lines.filter((line) => isChosen(choice, line)).length
  return count === 0 ? 'none' : count === lines.length ? 'all' : 'some'
}

/** The choice with these lines in it, or without them. `all`: every changed line of the file. */
export function withLines(
  choice: FileChoice,
  { version, all }: { version: string; all: readonly NumberedLine[] },
  lines: readonly NumberedLine[],
  on: boolean,
): FileChoice {
  const chosen = new Set(all.filter((line) => isChosen(choice, line)).map(lineKey))
  for (const line of lines) {
    if (on) chosen.add(lineKey(line))
    else chosen.delete(lineKey(line))
  }
  if (chosen.size === 0) return 'none'
  return chosen.size === all.length ? 'all' : { version, lines: chosen }
}

/** As a call takes it; null where nothing of it is chosen. */
export function chosenFile({ path, version }: Pick<ChangedFile, 'path' | 'version'>, choice: FileChoice): ChosenFile | null {
  if (choice === 'none') return null
  return choice === 'all' ? { path, version } : { path, version, lines: numbersOf([...choice.lines]) }
}

/** Lines as a call takes them: removed ones by their old numbers, added ones by their new ones, in order. */
export function chosenLines(lines: readonly NumberedLine[]): { removed: number[]; added: number[] } {
  return numbersOf(lines.filter(({ kind }) => kind !== 'same').map(lineKey))
}

function numbersOf(keys: readonly string[]): { removed: number[]; added: number[] } {
  const side = (mark: string) => keys.flatMap((key) => (key.startsWith(mark) ? [Number(key.slice(1))] : [])).toSorted((a, b) => a - b)
  return { removed: side('o'), added: side('n') }
}
