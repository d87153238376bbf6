import { useEffect, useState, type RefObject } from 'react'

/** Two columns of code beside the list of files need so much. */
const leastForTwo = 900

/** Whether there is room for both sides of a difference. */
export function useRoom(frame: RefObject<HTMLElement | null>): boolean {
  const [isWide, setWide] = useState(true)
  useEffect(() => {
    if (!frame.current) return undefined
    const observer = new ResizeObserver(([entry]) => entry && setWide(entry.contentRect.width >= leastForTwo))
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [frame])
  return isWide
}
