import { useEffect, useState, type RefObject } from 'react'
import { lineHeight, linesBelow } from './lines-below.ts'

/**
 * How many lines of a box that scrolls are below what was ever in sight of it, also while its content still grows; 0 once its end was seen.
 */
export function useLinesBelow(box: RefObject<HTMLElement | null>): number {
  const [lines, setLines] = useState(0)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    let seen = 0
    const look = () => {
      seen = Math.max(seen, element.scrollTop + element.clientHeight)
      setLines(linesBelow(element.scrollHeight, seen, lineHeight))
    }
    const sizes = new ResizeObserver(look)
    sizes.observe(element)
    for (const child of element.children) sizes.observe(child)
    element.addEventListener('scroll', look, { passive: true })
    look()
    return () => {
      sizes.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [box])
  return lines
}
