import { instanceEntries } from '../../commands/instance-actions.ts'
import { severalEntries } from '../../commands/several-actions.ts'
import { usePool } from '../../state/pool-store.ts'
import { sidebar, useSidebar } from '../../state/sidebar-store.ts'
import type { MenuEntry } from '../../ui/menu.tsx'
import { instancesKey, type InstanceListRow } from './instance-rows.ts'

/** What can be done with a line of the list of instances: an instance, a project, or all. `about`: the instance's id, or the key of the group. */
export function instanceMenu(about: string, rows: readonly InstanceListRow[]): readonly MenuEntry[] {
  if (about === instancesKey) return severalEntries({ all: true })
  const group = rows.find((row) => row.kind === 'project' && row.key === about)
  // What is pinned stands elsewhere, so it is left alone.
  if (group?.kind === 'project') return severalEntries({ ids: group.ids })
  const { instances } = usePool.getState()
  const instance = instances.get(about)
  if (!instance) return []
  const { picked } = useSidebar.getState()
  const isPicked = picked.has(about)
  const choose: MenuEntry = isPicked
    ? { id: 'unselect', label: 'Remove from selection', run: () => sidebar.pick(about) }
    : { id: 'select', label: 'Select', hint: 'To act on several together', run: () => sidebar.pick(about) }
  // One that was removed meanwhile would have all of it refused.
  const ids = [...picked].filter((id) => instances.has(id))
  if (isPicked && ids.length > 1) return [...severalEntries({ ids }), 'line', choose]
  return [...instanceEntries(instance), 'line', choose]
}
