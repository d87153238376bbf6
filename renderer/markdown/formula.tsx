import { memo, useEffect, useRef, useState } from 'react'
import { DrawingQueue } from './drawing-queue.ts'
import './formula.css'

type FormulaProps = { source: string; /** On a line of its own. */ display?: boolean }

/** Longer ones are shown as they were written. */
const longest = 2_000
const queue = new DrawingQueue()
const load = () => import('./formula-katex.ts')

/** Mathematics in TeX, drawn when it comes into sight; what is no TeX stays as it was written. */
export const Formula = memo(function Formula({ source, display = false }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null)
  const [state, setState] = useState<'waiting' | 'drawn' | 'plain'>(source.length > longest ? 'plain' : 'waiting')
  useEffect(() => {
    const element = place.current
    if (!element || source.length > longest) return undefined
    let undo: (() => void) | undefined
    let active = true
    const draw = (drawFormula: (element: HTMLElement, source: string, display: boolean) => void): void => {
      try {
        drawFormula(element, source, display)
        setState('drawn')
      } catch {
        element.replaceChildren()
        setState('plain')
      }
    }
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      load().then(
        ({ drawFormula }) => {
          if (active) undo = queue.add(() => draw(drawFormula))
        },
        () => setState('plain'),
      )
    })
    observer.observe(element.parentElement ?? element)
    return () => {
      active = false
      observer.disconnect()
      undo?.()
    }
  }, [source, display])
  return (
    <span className={display ? 'math math-display' : 'math'} dir="ltr" title={state === 'drawn' ? source : undefined}>
      <span ref={place} className="math-drawn" />
      {state !== 'drawn' && <code className="math-source">{source}</code>}
    </span>
  )
})
