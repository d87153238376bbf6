import { useEffect, useRef, useState } from 'react'
import type { Source } from './parse/parse-protocol.ts'
import { parser, type Parsed } from './parse/parser.ts'

/** A tree that is known, and how the text that it was made from was written. */
type Known = { written: string; tree: NonNullable<Parsed> }

/**
 * What a block is read as; undefined until it is known. While it grows, `behind` is then the tree of a beginning of it. Only one answer is
 * waited for at a time: what has grown meanwhile is asked for next.
 */
export function useTree(source: Source, written: string, growing: boolean): { parsed: Parsed | undefined; behind: Known | null } {
  const [answer, setAnswer] = useState<{ source: Source; written: string; parsed: Parsed } | null>(null)
  const [last, setLast] = useState<Known | null>(null)
  const parsed = parser.peek(source) ?? (answer && isSame(answer.source, source) ? answer.parsed : undefined)
  if (growing && parsed && last?.written !== written) setLast({ written, tree: parsed })
  useAsking(source, written, parsed === undefined, setAnswer)
  const answered = answer?.parsed ? { written: answer.written, tree: answer.parsed } : null
  const behind = [answered, last].find((known) => known !== null && written.startsWith(known.written)) ?? null
  return { parsed, behind: parsed === undefined ? behind : null }
}

function useAsking(
  source: Source,
  written: string,
  isWanted: boolean,
  onAnswer: (answer: { source: Source; written: string; parsed: Parsed }) => void,
): void {
  const wanted = useRef({ source, written, isWanted })
  const isAsking = useRef(false)
  const isThere = useRef(true)
  useEffect(() => {
    isThere.current = true
    return () => {
      isThere.current = false
    }
  }, [])
  useEffect(() => {
    wanted.current = { source, written, isWanted }
    if (!isWanted || isAsking.current) return
    isAsking.current = true
    const ask = (): void => {
      const asked = wanted.current
      void parser.parse(asked.source).then((parsed) => {
        if (!isThere.current) return
        onAnswer({ source: asked.source, written: asked.written, parsed })
        if (wanted.current.isWanted && !isSame(asked.source, wanted.current.source)) ask()
        else isAsking.current = false
      })
    }
    ask()
  }, [source, written, isWanted, onAnswer])
}

function isSame(a: Source, b: Source): boolean {
  return a.text === b.text && a.references === b.references && a.maxNodes === b.maxNodes
}
