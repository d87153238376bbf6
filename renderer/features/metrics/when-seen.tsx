import { useEffect, useRef, useState, type ReactNode } from 'react'

/** Makes its content when it is scrolled to for the first time: figures that nobody looks at are not asked for. `height` in pixels is kept free. */
export function WhenSeen({ height, children }: { height: number; children: ReactNode }) {
  const [seen, setSeen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (seen || !element) return undefined
    const seeing = (entries: IntersectionObserverEntry[]) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true)
    }
    // An edge that peeps in at the bottom is not looked at yet.
    const observer = new IntersectionObserver(seeing, { rootMargin: '0px 0px -48px 0px' })
    observer.observe(element)
    return () => observer.disconnect()
  }, [seen])
  return seen ? children : <div ref={place} style={{ minHeight: height }} />
}
