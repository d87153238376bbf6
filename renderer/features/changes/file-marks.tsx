import { UserRound, UsersRound } from 'lucide-react'
import type { ChangedFile } from '../../../shared/domain/changes.ts'
import { kindWords } from '../../words/changes-words.ts'

/** What became of a file, as a letter. */
export function KindMark({ kind }: { kind: ChangedFile['kind'] }) {
  const { letter, word } = kindWords[kind]
  return (
    <span className={`kind-mark kind-${kind}`} title={word}>
      <span aria-hidden>{letter}</span>
      <span className="sr-only">{word}</span>
    </span>
  )
}

const byWords: Readonly<Record<Exclude<ChangedFile['by'], 'conversation'>, string>> = {
  others: 'Changed by you or another conversation',
  both: 'Changed by this conversation and by others',
}

/** Who else changed it; nothing where this conversation did alone. */
export function ByMark({ by }: { by: ChangedFile['by'] }) {
  if (by === 'conversation') return null
  const Icon = by === 'others' ? UserRound : UsersRound
  return (
    <span className="by-mark" title={byWords[by]}>
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      <span className="sr-only">{byWords[by]}</span>
    </span>
  )
}
