import { useEffect, useRef } from 'react'
import { usePanePlace } from '../../ui/pane-place.ts'

/** Shift+Tab in the field where a message is written goes to the next permission mode, as in Claude Code. */
export function useModeKey(next: () => void): void {
  const { active } = usePanePlace()
  const newest = useRef(next)
  useEffect(() => {
    newest.current = next
  })
  useEffect(() => {
    if (!active) return undefined
    const onKey = (event: KeyboardEvent) => {
      const isKey = event.key === 'Tab' && event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
      if (!isKey || event.defaultPrevented || !(event.target instanceof Element) || !event.target.matches('.composer textarea')) return
      event.preventDefault()
      newest.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [active])
}
