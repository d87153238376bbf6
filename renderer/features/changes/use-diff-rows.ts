import { useEffect, useMemo, useState } from 'react'
import type { FileDiff } from '../../../shared/domain/changes.ts'
import { errorWords } from '../../words/error-words.ts'
import { languageOfPath } from '../../markdown/language-names.ts'
import type { ReviewComment } from '../../state/review-comments.ts'
import { toast } from '../../state/toasts.ts'
import type { ColouredLines } from '../../tools/diff/diff-colours.ts'
import { numbered, type DiffLayout } from '../../tools/diff/diff-rows.ts'
import { wholeText, type DiffQuery } from './file-diffs.ts'
import { textRows, type TextRow } from './text-rows.ts'

type Input = { query: DiffQuery; diff: FileDiff; layout: DiffLayout; comments: readonly ReviewComment[] }

type DiffRows = {
  rows: readonly TextRow[]
  colouredOf: (hunk: number) => ColouredLines
  openGap: (gap: number) => void
  /** A gap was asked for, and its lines are not there yet. */
  opening: boolean
}

/** The rows of a file's difference, with what was unfolded of it. */
export function useDiffRows({ query, diff, layout, comments }: Input): DiffRows {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const [whole, setWhole] = useState<{ version: string; lines: readonly string[] } | null>(null)
  const isWanted = opened.size > 0 && whole?.version !== diff.version
  useEffect(() => {
    if (!isWanted) return undefined
    let active = true
    wholeText(query).then(
      (lines) => active && setWhole({ version: diff.version, lines }),
      (thrown: unknown) => {
        if (!active) return
        setOpened(new Set())
        toast(errorWords(thrown), 'error')
      },
    )
    return () => {
      active = false
    }
  }, [isWanted, query, diff.version])
  const lines = whole?.version === diff.version ? whole.lines : null
  const own = useMemo(() => comments.filter(({ path }) => path === diff.path), [comments, diff.path])
  const rows = useMemo(() => textRows({ diff, layout, opened, whole: lines, comments: own }), [diff, layout, opened, lines, own])
  const colouredOf = useMemo(() => colouring(diff, lines), [diff, lines])
  return { rows, colouredOf, opening: isWanted, openGap: (gap) => setOpened((before) => new Set([...before, gap])) }
}

const nothing: ColouredLines = { of: {}, at: () => undefined, language: null }

function colouring(diff: FileDiff, whole: readonly string[] | null): (hunk: number) => ColouredLines {
  const language = languageOfPath(diff.path)
  const hunks = diff.hunks.map((hunk, place): ColouredLines => {
    const lines = numbered(hunk, place)
    return { of: lines, at: (at) => lines[at], language }
  })
  const between: ColouredLines =
    whole === null
      ? nothing
      : {
          of: whole,
          at: (at) => {
            const text = whole[at]
            return text === undefined ? undefined : { kind: 'same', text }
          },
          language,
        }
  return (hunk) => (hunk === -1 ? between : (hunks[hunk] ?? nothing))
}
