import { useEffect, useRef, type RefObject } from 'react'

/** Hears the keys that are pressed within a part of the page. */
export function useKeysWithin(frame: RefObject<HTMLElement | null>, onKey: (event: KeyboardEvent) => void): void {
  const newest = useRef(onKey)
  useEffect(() => {
    newest.current = onKey
  })
  useEffect(() => {
    const box = frame.current
    const hear = (event: KeyboardEvent) => newest.current(event)
    box?.addEventListener('keydown', hear)
    return () => box?.removeEventListener('keydown', hear)
  }, [frame])
}

/** Whether letters that are typed there are text. */
export function isField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable)
}
