import { z } from 'zod'
import { create } from 'zustand'
import { recall, remember } from './page-memory.ts'

type SidebarState = {
  /** Conversations below their projects; else the newest first. */
  byProject: boolean
  /** Keys of groups that show their heads alone. */
  folded: ReadonlySet<string>
  /** Keys of groups that show all they have. */
  expanded: ReadonlySet<string>
  /** Instances that something is to be done to. */
  picked: ReadonlySet<string>
}

const mostKept = 500
const keptSchema = z.object({ byProject: z.boolean(), folded: z.array(z.string().max(5_000)).max(mostKept) })
const kept = recall('sidebar-groups', keptSchema) ?? { byProject: true, folded: [] }

/** How the sidebar's lists are arranged, in this window; the arrangement is remembered. */
export const useSidebar = create<SidebarState>(() => ({
  byProject: kept.byProject,
  folded: new Set(kept.folded),
  expanded: new Set(),
  picked: new Set(),
}))

export const sidebar = {
  setByProject: (byProject: boolean): void => {
    useSidebar.setState({ byProject })
    keep()
  },
  fold: (key: string): void => {
    useSidebar.setState(({ folded }) => ({ folded: toggled(folded, key) }))
    keep()
  },
  expand: (key: string): void => useSidebar.setState(({ expanded }) => ({ expanded: toggled(expanded, key) })),
  pick: (id: string): void => useSidebar.setState(({ picked }) => ({ picked: toggled(picked, id) })),
  pickAll: (ids: readonly string[]): void => useSidebar.setState(({ picked }) => ({ picked: new Set([...picked, ...ids]) })),
  pickNone: (): void => useSidebar.setState({ picked: new Set() }),
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return next
}

function keep(): void {
  const { byProject, folded } = useSidebar.getState()
  remember('sidebar-groups', { byProject, folded: [...folded].slice(-mostKept) })
}

let order: () => readonly string[] = () => []

/** What the list of conversations shows, in its order; made when it is asked for. */
export function setShownOrder(read: () => readonly string[]): void {
  order = read
}

/** The conversations of the sidebar, the topmost first: what keys go through. */
export function shownOrder(): readonly string[] {
  return order()
}
