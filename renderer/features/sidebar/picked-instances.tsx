import { Ellipsis, X } from 'lucide-react'
import { useMemo } from 'react'
import { severalEntries } from '../../commands/several-actions.ts'
import { usePool } from '../../state/pool-store.ts'
import { sidebar, useSidebar } from '../../state/sidebar-store.ts'
import { ButtonMenu } from '../../ui/menu.tsx'
import { IconButton } from '../../ui/icon-button.tsx'

/** How many instances are selected, and what can be done with them. */
export function PickedInstances() {
  const picked = useSidebar((state) => state.picked)
  const instances = usePool((state) => state.instances)
  const ids = useMemo(() => [...picked].filter((id) => instances.has(id)), [picked, instances])
  if (ids.length === 0) return null
  return (
    <fieldset className="sidebar-picked" aria-label="Selected instances">
      <strong className="figure">{ids.length.toLocaleString('en-US')} selected</strong>
      <ButtonMenu entries={severalEntries({ ids })} side="right">
        <IconButton className="icon-button section-icon" label="Actions for selected instances" icon={Ellipsis} size={15} />
      </ButtonMenu>
      <IconButton className="icon-button section-icon" label="Clear selection" icon={X} size={14} onClick={sidebar.pickNone} />
    </fieldset>
  )
}
