import { createContext, useContext } from 'react'
import type { DiffHunk } from '../../../shared/domain/changes.ts'
import type { ColouredLines } from '../../tools/diff/diff-colours.ts'
import type { NumberedLine } from '../../tools/diff/diff-rows.ts'
import type { FileChoice } from './choice.ts'

/** What the rows of one file's difference share. */
export type DiffContextValue = {
  conversationId: string
  hunks: readonly DiffHunk[]
  /** The lines of a hunk; of the whole file for -1. */
  colouredOf: (hunk: number) => ColouredLines
  search: string
  /** How many the numbers of lines have. */
  digits: number
  choice: FileChoice
  /** False where nothing can be committed: then there is nothing to choose. */
  canChoose: boolean
  /** All of the difference is there. */
  isWhole: boolean
  choose: (lines: readonly NumberedLine[], on: boolean) => void
  takeBack: (lines: readonly NumberedLine[]) => void
  openGap: (gap: number) => void
  opening: boolean
  /** A line's number is pressed, or pointed at while it is. */
  point: (row: number, how: 'start' | 'extend') => void
  /** The comment that is being written. */
  writing: string | null
  setWriting: (id: string | null) => void
}

const DiffContext = createContext<DiffContextValue | null>(null)

export const DiffProvider = DiffContext.Provider

export function useDiffContext(): DiffContextValue {
  const value = useContext(DiffContext)
  if (!value) throw new Error('A row of a difference stands outside of one.')
  return value
}
