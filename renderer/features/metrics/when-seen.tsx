import { useEffect, useRef, useState, type ReactNode } from 'react'

/** Makes its content when it is scrolled to for the first time: figures that nobody looks at are not asked for. `height` in pixels is kept free. */
export function WhenSeen({ height, children }: { height: number; children: ReactNode }) {
  const [seen, setSeen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (seen || !element) return undefined
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [seen])
  return seen ? children : <div ref={place} style={{ minHeight: height }} />
}
