import { createContext, use } from 'react'

/** The pane that something stands in. `beside`: other conversations stand beside it, and it has this number, counted from 1. */
export type PanePlace = {
  /** Keys and commands are about it. */
  active: boolean
  beside: { number: number; count: number } | null
  /** Where the details of the active pane are drawn, beside all panes; null: in the pane itself. */
  details: HTMLElement | null
}

const alone: PanePlace = { active: true, beside: null, details: null }

const PaneContext = createContext<PanePlace>(alone)

export const PaneProvider = PaneContext.Provider

/** Outside of any pane: the only one there is. */
export function usePanePlace(): PanePlace {
  return use(PaneContext)
}
