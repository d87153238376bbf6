import { useEffect, useRef, useState } from 'react'
import { announcementOf } from './announcements.ts'
import type { ThreadRow } from './thread-row.ts'
import { usePanePlace } from '../../ui/pane-place.ts'

const pauseMs = 1500

/** Says politely, and not too often, what is going on. */
export function LiveRegion({ rows }: { rows: readonly ThreadRow[] }) {
  const { active } = usePanePlace()
  const [said, setSaid] = useState('')
  const before = useRef<string | null>(null)
  // Of several conversations only the one that is worked in speaks.
  const next = active ? announcementOf(rows) : null
  const key = next?.key ?? null
  const text = next?.text ?? ''
  useEffect(() => {
    if (!active) {
      before.current = null
      return undefined
    }
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
  }, [active, key, text])
  return (
    <output aria-live="polite" className="sr-only">
      {said}
    </output>
  )
}
