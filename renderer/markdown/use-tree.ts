import { useEffect, useRef, useState } from 'react'
import { parser, type Parsed, type Source } from './parse/parser.ts'

type Known = { source: Source; parsed: Parsed }

/**
 * What a block is read as. Undefined until it is known; then `behind` may be the tree of a beginning of it, while it grows. While one
 * answer is waited for, no other is asked for.
 */
export function useTree(source: Source): { parsed: Parsed | undefined; behind: { tree: Parsed; length: number } | null } {
  const [answer, setAnswer] = useState<Known | null>(null)
  const peeked = parser.peek(source)
  const parsed = peeked ?? (answer && isSame(answer.source, source) ? answer.parsed : peeked)
  const last = useRef<Known | null>(null)
  const wanted = useRef(source)
  const asking = useRef(false)
  const mounted = useRef(true)
  useEffect(() => {
    mounted.current = true
    return () => {
      mounted.current = false
    }
  }, [])
  useEffect(() => {
    wanted.current = source
    if (parsed !== undefined) last.current = { source, parsed }
    if (parsed !== undefined || asking.current) return
    asking.current = true
    const ask = (): void => {
      const asked = wanted.current
      void parser.parse(asked).then((found) => {
        if (!mounted.current) return
        setAnswer({ source: asked, parsed: found })
        if (isSame(asked, wanted.current)) asking.current = false
        else ask()
      })
    }
    ask()
  })
  const before = last.current ?? answer
  const behind = parsed === undefined && before?.parsed && source.text.startsWith(before.source.text) ? before : null
  return { parsed, behind: behind && { tree: behind.parsed, length: behind.source.text.length } }
}

function isSame(a: Source, b: Source): boolean {
  return a.text === b.text && a.references === b.references && a.maxNodes === b.maxNodes
}
