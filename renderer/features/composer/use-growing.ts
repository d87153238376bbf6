import { useEffect, useLayoutEffect, type RefObject } from 'react'

/** A field is as high as its words, up to a limit. */
export function useGrowing(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    if (field.current) grow(field.current)
  }, [field, text])
  useEffect(() => (field.current ? growWithWidth(field.current) : undefined), [field])
}

const maxHeight = 280

function grow(element: HTMLTextAreaElement): void {
  element.style.height = 'auto'
  element.style.height = `${Math.min(maxHeight, element.scrollHeight)}px`
  element.style.overflowY = element.scrollHeight > maxHeight ? 'auto' : 'hidden'
}

/** Its words take other lines when its width changes. */
function growWithWidth(element: HTMLTextAreaElement): () => void {
  let width = element.clientWidth
  const observer = new ResizeObserver(() => {
    if (element.clientWidth === width) return
    width = element.clientWidth
    grow(element)
  })
  observer.observe(element)
  return () => observer.disconnect()
}
