import { useEffect } from 'react'
import { patternOf, wordsOf } from './query-words.ts'

const highlightName = 'found'
const maxMarks = 400

/** Marks the words of a search in the messages that are drawn, without touching them. */
export function useMarks(conversationId: string, query: string): void {
  useEffect(() => {
    const pattern = patternOf(wordsOf(query))
    const root = document.querySelector(`.conversation-main[data-thread="${conversationId}"]`)
    if (!pattern || !root || !('highlights' in CSS)) return undefined
    let frame = 0
    const mark = () => {
      frame = 0
      CSS.highlights.set(highlightName, new Highlight(...rangesIn(root, pattern)))
    }
    const later = () => {
      if (frame === 0) frame = requestAnimationFrame(mark)
    }
    const observer = new MutationObserver(later)
    observer.observe(root, { childList: true, subtree: true, characterData: true })
    later()
    return () => {
      observer.disconnect()
      cancelAnimationFrame(frame)
      CSS.highlights.delete(highlightName)
    }
  }, [conversationId, query])
}

function rangesIn(root: Element, pattern: RegExp): Range[] {
  const ranges: Range[] = []
  for (const scroller of root.querySelectorAll('.thread-scroller')) {
    const walker = document.createTreeWalker(scroller, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node && ranges.length < maxMarks; node = walker.nextNode()) {
      for (const found of (node.textContent ?? '').matchAll(pattern)) {
        const range = document.createRange()
        range.setStart(node, found.index)
        range.setEnd(node, found.index + found[0].length)
        ranges.push(range)
      }
    }
  }
  return ranges
}
