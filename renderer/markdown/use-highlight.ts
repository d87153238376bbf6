import { useEffect, useState } from 'react'
import type { HighlightedLines } from './highlight-protocol.ts'
import { highlighter } from './highlighter.ts'

const growingPauseMs = 250

type Result = { code: string; lines: HighlightedLines | null }
const plain: Result = { code: '', lines: null }

/**
 * The colours of a piece of code, when they are ready. While it grows it is asked for now and then, and
 * the answer stays valid for the lines that it knows.
 */
export function useHighlight(language: string, code: string, growing: boolean): Result {
  const remembered = highlighter.peek(language, code)
  const [result, setResult] = useState<Result>(plain)
  const isKnown = remembered !== undefined
  useEffect(() => {
    if (isKnown) return undefined
    let active = true
    const ask = () => {
      void highlighter.highlight(language, code).then((lines) => {
        if (active) setResult({ code, lines })
      })
    }
    const timer = growing ? setTimeout(ask, growingPauseMs) : undefined
    if (!growing) ask()
    return () => {
      // An answer about a shorter text is still good while it grows.
      active = growing
      clearTimeout(timer)
    }
  }, [language, code, growing, isKnown])
  if (remembered !== undefined) return { code, lines: remembered }
  return code.startsWith(result.code) ? result : plain
}
