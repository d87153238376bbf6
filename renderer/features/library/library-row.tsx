import { Archive, MessageSquare, SquareTerminal, Trash2 } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import type { LibraryItem } from '../../../shared/domain/library.ts'
import { usePool } from '../../state/pool-store.ts'
import { OriginChip } from '../../ui/origin-chip.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { formatBytes } from '../../words/figures.ts'
import { markOf } from '../../words/instance-words.ts'
import { openItem } from '../../commands/library-entries.ts'
import { anchorAt, pickRange } from './pick-range.ts'
import { canPick, library, useLibrary } from '../../state/library-store.ts'
import { costWords, exactWords, folderName, groupWords, itemWords, ownerWords, whenWords } from '../../words/library-words.ts'

export type ItemRowProps = { item: LibraryItem; index: number; isCursor: boolean; toCursor: (index: number) => void }

/** One conversation, or one session of Claude Code. */
export const ItemRow = memo(function ItemRow({ item, index, isCursor, toCursor }: ItemRowProps) {
  const isPicked = useLibrary((state) => state.picked.has(item.id))
  const instance = usePool((state) => (item.instanceId === null ? undefined : state.instances.get(item.instanceId)))
  const onPick = (event: MouseEvent) => {
    if (event.shiftKey) void pickRange(index)
    else {
      library.pick([item], !isPicked)
      anchorAt(index)
    }
    toCursor(index)
  }
  return (
    <div className="list-row library-row" data-picked={isPicked} data-id={item.id} data-state={item.state} data-index={index}>
      <span className="list-pick">
        <input
          type="checkbox"
          aria-label={`Select ${item.title}`}
          checked={isPicked}
          disabled={!canPick(item)}
          title={canPick(item) ? undefined : 'Open it first to turn it into a conversation you can organize'}
          tabIndex={-1}
          onClick={onPick}
          onChange={() => undefined}
        />
      </span>
      <span className="list-mark" title={item.state}>
        <Mark item={item} mark={instance?.conversationId === item.id ? markOf(instance) : null} />
      </span>
      <button
        type="button"
        className="list-open library-title library-open"
        tabIndex={isCursor ? 0 : -1}
        onFocus={() => toCursor(index)}
        onClick={() => openItem(item)}
        title={item.title}
      >
        <span>{item.title}</span>
        <small>{itemWords(item)}</small>
      </button>
      {item.origin && (
        <span className="list-origin">
          <OriginChip origin={item.origin} words="name" inRow />
        </span>
      )}
      <span className="library-owner">{ownerWords(item, () => instance?.name)}</span>
      <span className="library-folder" title={item.folder ?? undefined}>
        {folderName(item.folder)}
      </span>
      <span className="library-when figure" title={exactWords(item.updatedAt)}>
        {whenWords(item.updatedAt)}
      </span>
      <span className="library-size figure">{formatBytes(item.bytes)}</span>
      <span className="library-cost figure">{costWords(item.costUsd)}</span>
    </div>
  )
})

/** `mark`: of the instance that has it open; null where none has. */
function Mark({ item: { state }, mark }: { item: LibraryItem; mark: Parameters<typeof StateMark>[0]['mark'] | null }) {
  if (state === 'active' && mark !== null) return <StateMark mark={mark} />
  const Icon = { active: MessageSquare, archived: Archive, claude: SquareTerminal, trash: Trash2 }[state]
  return <Icon size={14} strokeWidth={1.75} aria-hidden />
}

export function GroupRow({ groupKey, count }: { groupKey: string; count: number }) {
  const group = useLibrary((state) => state.query.group)
  const home = usePool((state) => state.health?.platform.home ?? null)
  return (
    <div className="list-row library-row library-group">
      <h2>{groupWords(group, groupKey, home)}</h2>
      <span className="figure">{count.toLocaleString('en-US')}</span>
    </div>
  )
}

/** A row that is on its way. */
export function PendingRow() {
  return (
    <div className="list-row library-row" aria-hidden>
      <span className="list-pending" />
    </div>
  )
}
