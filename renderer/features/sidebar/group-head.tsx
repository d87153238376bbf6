import { ChevronDown, ChevronRight, Ellipsis } from 'lucide-react'
import type { ReactNode } from 'react'
import { sidebar } from '../../state/sidebar-store.ts'
import { ButtonMenu, type MenuEntry } from '../../ui/menu.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

export type GroupHeadProps = {
  foldKey: string
  name: string
  /** All of it, where the name is a part: a folder. */
  title?: string | null
  folded: boolean
  /** At the right. */
  figure: ReactNode
  /** What can be done with all of it. */
  entries?: () => readonly MenuEntry[]
  /** The head of the whole list. */
  isSection?: boolean
}

/** The head of a group: folds it, counts it, and acts on all of it. */
export function GroupHead({ foldKey, name, title, folded, figure, entries, isSection = false }: GroupHeadProps) {
  const Fold = folded ? ChevronRight : ChevronDown
  return (
    <div className="group-head" data-section={isSection || undefined} data-group={foldKey}>
      <button type="button" data-row aria-expanded={!folded} title={title ?? undefined} onClick={() => sidebar.fold(foldKey)}>
        <Fold size={12} strokeWidth={1.75} aria-hidden />
        <bdi className="group-name">
          <VisibleText text={name.slice(0, 200)} />
        </bdi>
      </button>
      <span className="group-figure figure">{figure}</span>
      {entries && (
        <ButtonMenu entries={entries()} side="right">
          <IconButton className="icon-button group-more" label={`Actions for all in ${name}`} icon={Ellipsis} size={14} />
        </ButtonMenu>
      )}
    </div>
  )
}
