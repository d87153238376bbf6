import { Activity, Archive, CornerDownRight, History, Info, TriangleAlert } from 'lucide-react'
import { Markdown } from '../../markdown/markdown.tsx'
import { PlainText } from '../../markdown/plain-text.tsx'
import { Clock } from '../../ui/clock.tsx'
import { useThreadContext, useUnfolded } from './thread-context.ts'
import type { NoteRow } from './thread-row.ts'

/** Longer ones are folded: a note is no message. */
const mostCharacters = 600
const mostLines = 6

/** A quiet line between the messages: ours, or what Claude Code says outside of an answer. */
export function Note({ row }: { row: NoteRow }) {
  return (
    <div className={`note note-${row.level}`} data-about={row.about ?? undefined}>
      <NoteIcon row={row} />
      {isLong(row) ? <FoldedText row={row} /> : <NoteText row={row} />}
      {row.rewindId !== null && <UndoRewind rewindId={row.rewindId} />}
      {row.about === 'continued' && <Clock time={row.at} className="turn-time" />}
    </div>
  )
}

function UndoRewind({ rewindId }: { rewindId: string }) {
  const { actions } = useThreadContext()
  return (
    <button type="button" className="note-more" onClick={() => actions.undoRewind(rewindId)}>
      Undo
    </button>
  )
}

function NoteIcon({ row: { level, about } }: { row: NoteRow }) {
  const look = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const
  if (level !== 'info') return <TriangleAlert {...look} />
  if (about === 'compaction') return <Archive {...look} />
  if (about === 'rewind') return <History {...look} />
  if (about === 'background') return <Activity {...look} />
  return about === 'continued' ? <CornerDownRight {...look} /> : <Info {...look} />
}

/** What a command answers is written as Markdown. */
function NoteText({ row }: { row: NoteRow }) {
  const isMarkdown = row.about === 'command' || row.about === 'result'
  return <div className="note-text">{isMarkdown ? <Markdown text={row.text} live={false} /> : <PlainText text={row.text} />}</div>
}

function FoldedText({ row }: { row: NoteRow }) {
  const [isOpen, toggle] = useUnfolded(row.key)
  const title = row.about === 'summary' ? 'Summary Claude continues from' : `${row.text.split('\n', 1)[0]?.slice(0, 200) ?? ''} …`
  return (
    <div className="note-folded">
      {isOpen ? <NoteText row={row} /> : <span className="note-text">{title}</span>}
      <button type="button" className="note-more" aria-expanded={isOpen} onClick={toggle}>
        {isOpen ? 'Show less' : 'Show all'}
      </button>
    </div>
  )
}

function isLong({ about, text }: NoteRow): boolean {
  return about === 'summary' || text.length > mostCharacters || text.split('\n', mostLines + 1).length > mostLines
}
