import { useSyncExternalStore } from 'react'
import { z } from 'zod'
import { create } from 'zustand'
import { recall, remember } from '../../state/page-memory.ts'

/** More steps are no picture any more. */
export const mostDrawn = 400

const narrow = window.matchMedia('(max-width: 700px)')
const viewSchema = z.enum(['graph', 'list'])
export type RunViewName = z.infer<typeof viewSchema>

const useChosen = create<{ chosen: RunViewName | null }>(() => ({ chosen: recall('run-view', viewSchema) }))

/** How the steps of a run are shown: as was chosen last, else as a graph where there is room for one. */
export function useRunView(steps: number): RunViewName {
  const chosen = useChosen((state) => state.chosen)
  const isNarrow = useSyncExternalStore(onNarrow, () => narrow.matches)
  if (steps > mostDrawn) return 'list'
  return chosen ?? (isNarrow ? 'list' : 'graph')
}

/** From now on, in all runs. */
export function chooseRunView(chosen: RunViewName): void {
  useChosen.setState({ chosen })
  remember('run-view', chosen)
}

function onNarrow(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}
