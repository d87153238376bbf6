import { MessageCircleQuestion } from 'lucide-react'
import { useEffect, useState, type RefObject } from 'react'
import { openAside } from '../../state/aside-store.ts'
import './aside.css'

type Spot = { text: string; top: number; left: number }

const least = 3

/** Beside what is selected in a thread: asks about it. */
export function AskSelection({ conversationId, box }: { conversationId: string; box: RefObject<HTMLElement | null> }) {
  const [spot, setSpot] = useState<Spot | null>(null)
  useEffect(() => {
    const look = () => setSpot(box.current && selectedIn(box.current))
    const hide = () => setSpot((now) => (now && document.getSelection()?.isCollapsed !== false ? null : now))
    const element = box.current
    element?.addEventListener('pointerup', look)
    element?.addEventListener('keyup', look)
    document.addEventListener('selectionchange', hide)
    return () => {
      element?.removeEventListener('pointerup', look)
      element?.removeEventListener('keyup', look)
      document.removeEventListener('selectionchange', hide)
    }
  }, [box])
  if (!spot) return null
  const ask = () => {
    setSpot(null)
    openAside(conversationId, spot.text)
  }
  return (
    // The selection must outlive the press.
    <button
      type="button"
      className="ask-selection"
      style={{ top: spot.top, left: spot.left }}
      onPointerDown={(event) => event.preventDefault()}
      onClick={ask}
    >
      <MessageCircleQuestion size={14} strokeWidth={1.75} aria-hidden />
      Ask about this
    </button>
  )
}

/** What is selected in the thread, and where a button stands beside its end. */
function selectedIn(box: HTMLElement): Spot | null {
  const selection = document.getSelection()
  const thread = box.querySelector('.thread-scroller')
  if (!selection || selection.isCollapsed || selection.rangeCount === 0 || !thread?.contains(selection.anchorNode)) return null
  const text = selection.toString().trim()
  if (text.length < least) return null
  const [range, frame, list] = [
    selection.getRangeAt(0).getBoundingClientRect(),
    box.getBoundingClientRect(),
    thread.getBoundingClientRect(),
  ]
  const top = Math.min(range.bottom + 4, list.bottom - 36) - frame.top
  const left = Math.max(8, Math.min(range.right - 60, frame.right - 150) - frame.left)
  return { text, top, left }
}
