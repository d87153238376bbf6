import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react'

const nearPx = 6
const intentMs = 700

/**
 * Keeps a scrolled list at its end while the reader is there, and leaves them alone once they have scrolled
 * up. Returns whether they are at the end, a way back to it, and what to call when the content has grown.
 */
export function useStick(scroller: RefObject<HTMLElement | null>, ready: boolean) {
  const sticks = useRef(true)
  const [isAtEnd, setAtEnd] = useState(true)
  const set = useCallback((value: boolean) => {
    sticks.current = value
    setAtEnd(value)
  }, [])
  const follow = useCallback(() => {
    const element = scroller.current
    if (element && sticks.current) element.scrollTop = element.scrollHeight
  }, [scroller])
  const toEnd = useCallback(() => {
    set(true)
    follow()
  }, [set, follow])
  useEffect(() => {
    const element = scroller.current
    if (!element || !ready) return undefined
    const watch = watchReader(element, () => sticks.current, set)
    const resized = new ResizeObserver(follow)
    resized.observe(element)
    return () => {
      watch()
      resized.disconnect()
    }
  }, [scroller, ready, set, follow])
  return useMemo(() => ({ isAtEnd, sticks, follow, toEnd }), [isAtEnd, follow, toEnd])
}

/**
 * Tells scrolling by the reader from scrolling by the list, which moves its content when rows are measured:
 * the reader's follows a wheel, a key, a touch or a drag of the bar, or happens while nothing changes its size.
 */
function watchReader(element: HTMLElement, sticks: () => boolean, set: (value: boolean) => void): () => void {
  let top = element.scrollTop
  let height = element.scrollHeight
  let intentUntil = 0
  let isDragging = false
  const intend = () => {
    intentUntil = performance.now() + intentMs
  }
  const onScroll = () => {
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight
    const isUp = element.scrollTop < top - 1
    const byReader = isDragging || performance.now() < intentUntil || element.scrollHeight === height
    if (sticks() && isUp && byReader && distance > nearPx) set(false)
    else if (!sticks() && !isUp && distance <= nearPx) set(true)
    top = element.scrollTop
    height = element.scrollHeight
  }
  const onDown = (event: PointerEvent) => {
    isDragging = event.target === element
  }
  const onUp = () => {
    isDragging = false
  }
  const end = new AbortController()
  const options = { passive: true, signal: end.signal }
  element.addEventListener('scroll', onScroll, options)
  element.addEventListener('wheel', intend, options)
  element.addEventListener('touchmove', intend, options)
  element.addEventListener('keydown', intend, options)
  element.addEventListener('pointerdown', onDown, options)
  window.addEventListener('pointerup', onUp, options)
  return () => end.abort()
}
