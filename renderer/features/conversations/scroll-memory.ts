import { useEffect, useRef } from 'react'
import { keepScrollPlace } from '../../state/scroll-places.ts'
import type { Thread } from '../../state/thread.ts'
import { messageOfRow } from './focus-row.ts'
import type { StickToEnd } from './stick-to-end.ts'
import type { ThreadRow } from './thread-row.ts'

const keepMs = 200

type Place = { element: HTMLElement | null; stick: StickToEnd; rows: readonly ThreadRow[] }

/** Remembers where a reader is who has scrolled up, for when the conversation is shown again. */
export function useScrollMemory(thread: Thread, { element, stick, rows }: Place): void {
  const newest = useRef(rows)
  useEffect(() => {
    newest.current = rows
  }, [rows])
  useEffect(() => {
    if (!element) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const keep = () => {
      timer = undefined
      if (stick.isAtEnd()) return keepScrollPlace(thread.id, null)
      const found = firstInSight(element)
      const messageId = found && messageOfRow(newest.current, thread.store.getState().messages, found.key)
      if (found && messageId) keepScrollPlace(thread.id, { messageId, offset: Math.round(found.offset) })
      return undefined
    }
    const soon = () => {
      timer ??= setTimeout(keep, keepMs)
    }
    element.addEventListener('scroll', soon, { passive: true })
    const stop = stick.subscribe(soon)
    return () => {
      clearTimeout(timer)
      element.removeEventListener('scroll', soon)
      stop()
    }
  }, [thread, element, stick])
}

/** The row that stands at the top of the list. */
function firstInSight(list: HTMLElement): { key: string; offset: number } | null {
  const { top } = list.getBoundingClientRect()
  for (const row of list.querySelectorAll<HTMLElement>('.row[data-key]')) {
    const box = row.getBoundingClientRect()
    if (box.bottom > top + 1) return { key: row.dataset['key'] ?? '', offset: box.top - top }
  }
  return null
}
