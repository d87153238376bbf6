import { useEffect, useState } from 'react'
import { usePool } from '../../state/pool-store.ts'

const leastMs = 2_000
const minuteMs = 60_000

/**
 * A number that changes when figures may have changed: after turns and runs that ended, at most every two seconds; at each minute; while
 * figures are being rebuilt, every second. It rests while the page is hidden.
 */
export function useLive(building: boolean): { tick: number; now: number } {
  const [live, setLive] = useState(() => ({ tick: 0, now: Date.now() }))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const advance = () => {
      timer = undefined
      if (document.visibilityState === 'visible') setLive(({ tick }) => ({ tick: tick + 1, now: Date.now() }))
    }
    const soon = () => {
      timer ??= setTimeout(advance, leastMs)
    }
    const stop = usePool.subscribe((state, before) => {
      if (state.conversations !== before.conversations || state.runs !== before.runs) soon()
    })
    const regular = setInterval(advance, building ? 1_000 : minuteMs)
    document.addEventListener('visibilitychange', advance)
    return () => {
      stop()
      clearTimeout(timer)
      clearInterval(regular)
      document.removeEventListener('visibilitychange', advance)
    }
  }, [building])
  return live
}
