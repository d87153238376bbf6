import { UserRound, UsersRound } from 'lucide-react'
import type { ChangedFile } from '../../../shared/domain/changes.ts'
import { kindWords } from '../../words/changes-words.ts'

/** Whoever holds the mark says its words: text out of sight in every row would cost more to lay out than the row. */
type Mark = { silent?: boolean }

/** What became of a file, as a letter. */
export function KindMark({ kind, silent = false }: Mark & { kind: ChangedFile['kind'] }) {
  const { letter, word } = kindWords[kind]
  return (
    <span className={`kind-mark kind-${kind}`} title={word}>
      <span aria-hidden>{letter}</span>
      {!silent && <span className="sr-only">{word}</span>}
    </span>
  )
}

const byWords: Readonly<Record<Exclude<ChangedFile['by'], 'conversation'>, string>> = {
  others: 'Changed by you or another conversation',
  both: 'Changed by this conversation and by others',
}

/** Who else changed it; nothing where this conversation did alone. */
export function ByMark({ by, silent = false }: Mark & { by: ChangedFile['by'] }) {
  if (by === 'conversation') return null
  const Icon = by === 'others' ? UserRound : UsersRound
  return (
    <span className="by-mark" title={byWords[by]}>
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      {!silent && <span className="sr-only">{byWords[by]}</span>}
    </span>
  )
}

/** What the marks of a file say, and what else its row does. */
export function fileWords({ kind, by }: Pick<ChangedFile, 'kind' | 'by'>, name: string, ...more: readonly string[]): string {
  const who = by === 'conversation' ? '' : byWords[by]
  return [kindWords[kind].word, name, who, ...more].filter((part) => part !== '').join(', ')
}
