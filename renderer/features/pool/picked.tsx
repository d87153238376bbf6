import { ChevronDown } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { severalEntries } from '../../commands/several-actions.ts'
import { sidebar, useSidebar } from '../../state/sidebar-store.ts'
import { Button } from '../../ui/button.tsx'
import { ButtonMenu } from '../../ui/menu.tsx'

/** How many of the instances are selected, here or in the sidebar, and what can be done with them. */
export function Picked({ ids }: { ids: readonly string[] }) {
  const picked = usePicked(ids)
  if (picked.length === 0) return null
  return (
    <fieldset className="pool-picked" aria-label="Selected instances">
      <span className="figure">{picked.length.toLocaleString('en-US')} selected</span>
      <ButtonMenu entries={severalEntries({ ids: picked })}>
        <Button small>
          Actions <ChevronDown size={13} strokeWidth={1.75} aria-hidden />
        </Button>
      </ButtonMenu>
      <Button small variant="quiet" onClick={sidebar.pickNone}>
        Clear
      </Button>
    </fieldset>
  )
}

/** Selects all of the instances, or none. */
export function PickAll({ ids }: { ids: readonly string[] }) {
  const { length } = usePicked(ids)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = length > 0 && length < ids.length
  }, [length, ids])
  return (
    <input
      ref={box}
      type="checkbox"
      aria-label="Select all instances"
      checked={length === ids.length}
      onChange={() => (length === ids.length ? sidebar.pickNone() : sidebar.pickAll(ids))}
    />
  )
}

function usePicked(ids: readonly string[]): string[] {
  const picked = useSidebar((state) => state.picked)
  return ids.filter((id) => picked.has(id))
}
