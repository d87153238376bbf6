import { useEffect, useRef, useState, type KeyboardEvent } from 'react'

const againMs = 1_500

/** Escape stops a running turn; twice, while nothing runs, it opens the last message to be changed. */
export function useEscape(busy: boolean, stop: () => void, editLast: (() => void) | undefined) {
  const [armed, setArmed] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.key !== 'Escape') {
      setArmed(false)
      return false
    }
    event.preventDefault()
    clearTimeout(timer.current)
    if (busy) stop()
    else if (armed) editLast?.()
    else if (editLast) timer.current = setTimeout(() => setArmed(false), againMs)
    setArmed(!busy && !armed && editLast !== undefined)
    return true
  }
  return { armed, onKey }
}
