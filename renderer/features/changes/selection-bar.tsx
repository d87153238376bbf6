import { MessageSquarePlus, Undo2, X } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'

type SelectionBarProps = {
  words: string
  /** How much of what is selected would be committed; null where there is nothing to choose. */
  share: 'all' | 'some' | 'none' | null
  onComment: () => void
  onToggle: () => void
  /** Null where nothing that is selected was changed. */
  onTakeBack: (() => void) | null
  onClear: () => void
}

/** What can be done with the selected lines. */
export function SelectionBar({ words, share, onComment, onToggle, onTakeBack, onClear }: SelectionBarProps) {
  return (
    <div className="selection-bar" role="toolbar" aria-label="Selected lines">
      <span className="figure">{words}</span>
      <Button small title="Comment (C)" onClick={onComment}>
        <MessageSquarePlus size={14} strokeWidth={1.75} aria-hidden />
        Comment
      </Button>
      {share !== null && (
        <Button small title="Include in the commit, or leave out (X)" onClick={onToggle}>
          {share === 'all' ? 'Leave out of commit' : 'Include in commit'}
        </Button>
      )}
      {onTakeBack && (
        <Button small title="Take back (U)" onClick={onTakeBack}>
          <Undo2 size={14} strokeWidth={1.75} aria-hidden />
          Take back
        </Button>
      )}
      <IconButton label="Clear selection" icon={X} size={14} onClick={onClear} />
    </div>
  )
}
