import { useEffect } from 'react'
import { create } from 'zustand'
import { inputOf, type Selection } from './selection.ts'
import { useLoaded, type Loaded } from './use-loaded.ts'

type Input = ReturnType<typeof inputOf>

/** How many answers are awaited now, over the whole screen. */
const useAwaited = create<{ count: number }>(() => ({ count: 0 }))

/** Asks for figures of a selection, again when it changes or figures may have changed. `name` is unique among all that ask. */
export function useMetrics<T>(name: string, selection: Selection, tick: number, call: (input: Input) => Promise<T>): Loaded<T> {
  const input = inputOf(selection)
  const loaded = useLoaded(JSON.stringify([name, input, tick]), () => call(input))
  const { busy } = loaded
  useEffect(() => {
    if (!busy) return undefined
    useAwaited.setState(({ count }) => ({ count: count + 1 }))
    return () => useAwaited.setState(({ count }) => ({ count: count - 1 }))
  }, [busy])
  return loaded
}

/** True while any figure on the screen is not yet to what is asked. */
export function useBusy(): boolean {
  return useAwaited(({ count }) => count > 0)
}
