import { ChevronDown, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { sidebar } from '../../state/sidebar-store.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { MoreButton } from './more-button.tsx'

export type GroupHeadProps = {
  foldKey: string
  name: string
  /** All of it, where the name is a part: a folder. */
  title?: string | null
  folded: boolean
  /** At the right. */
  figure: ReactNode
  /** Whether its list has a menu for it: what can be done with all of it. */
  hasMenu?: boolean
  /** The head of the whole list. */
  isSection?: boolean
}

/** The head of a group: folds it, counts it, and acts on all of it. */
export function GroupHead({ foldKey, name, title, folded, figure, hasMenu = false, isSection = false }: GroupHeadProps) {
  const Fold = folded ? ChevronRight : ChevronDown
  return (
    <div className="group-head" data-section={isSection || undefined} data-group={foldKey} data-menu={hasMenu ? foldKey : undefined}>
      <button type="button" data-row aria-expanded={!folded} title={title ?? undefined} onClick={() => sidebar.fold(foldKey)}>
        <Fold size={12} strokeWidth={1.75} aria-hidden />
        <bdi className="group-name">
          <VisibleText text={name.slice(0, 200)} />
        </bdi>
      </button>
      <span className="group-figure figure">{figure}</span>
      {hasMenu && <MoreButton className="group-more" label={`Actions for all in ${name}`} />}
    </div>
  )
}
