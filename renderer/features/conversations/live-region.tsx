import { useEffect, useRef, useState } from 'react'
import { announcementOf } from './announcements.ts'
import type { ThreadRow } from './thread-row.ts'

const pauseMs = 1500

/** Says politely, and not too often, what is going on. */
export function LiveRegion({ rows }: { rows: readonly ThreadRow[] }) {
  const [said, setSaid] = useState('')
  const before = useRef<string | null>(null)
  const next = announcementOf(rows)
  const key = next?.key ?? null
  const text = next?.text ?? ''
  useEffect(() => {
    // What was there when the conversation was opened is not news.
    if (before.current === null || key === null || key === before.current) {
      before.current = key ?? ''
      return undefined
    }
    const timer = setTimeout(() => {
      before.current = key
      setSaid(text)
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [key, text])
  return (
    <output aria-live="polite" className="sr-only">
      {said}
    </output>
  )
}
