import { memo, useEffect, useRef, useState } from 'react'
import { DrawingQueue } from './drawing-queue.ts'
import type { FormulaSource } from './formula-protocol.ts'
import { PatientWorker } from './patient-worker.ts'
import './formula.css'

type FormulaProps = { source: string; /** On a line of its own. */ display?: boolean }

/** Longer ones are shown as they were written. */
const longest = 2_000
const queue = new DrawingQueue()
const worker = new PatientWorker<FormulaSource, string>(
  () => new Worker(new URL('./formula-worker.ts', import.meta.url), { type: 'module', name: 'formulas' }),
)
const load = () => import('./formula-markup.ts')

/** Mathematics in TeX, drawn when it comes into sight; what is no TeX, or takes too long, stays as it was written. */
export const Formula = memo(function Formula({ source, display = false }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null)
  const [isDrawn, setDrawn] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element || source.length > longest) return undefined
    let undo: (() => void) | undefined
    let active = true
    const draw = async (): Promise<void> => {
      const [{ formulaOf }, markup] = await Promise.all([load(), drawnMarkup(source, display)])
      if (!active) return
      undo = queue.add(() => {
        const formula = markup === null ? null : formulaOf(markup)
        element.replaceChildren(...(formula ? [formula] : []))
        setDrawn(formula !== null)
      })
    }
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      // Without what draws it, it stays as it was written.
      draw().catch(() => undefined)
    })
    observer.observe(element.parentElement ?? element)
    return () => {
      active = false
      observer.disconnect()
      undo?.()
    }
  }, [source, display])
  return (
    <span className={display ? 'math math-display' : 'math'} dir="ltr" title={isDrawn ? source : undefined}>
      <span ref={place} className="math-drawn" />
      {!isDrawn && <code className="math-source">{source}</code>}
    </span>
  )
})

const mostRemembered = 400
const remembered = new Map<string, Promise<string | null>>()

function drawnMarkup(source: string, display: boolean): Promise<string | null> {
  const key = `${display}\n${source}`
  const markup = remembered.get(key) ?? worker.ask({ source, display })
  remembered.delete(key)
  remembered.set(key, markup)
  const oldest = remembered.keys().next()
  if (remembered.size > mostRemembered && !oldest.done) remembered.delete(oldest.value)
  return markup
}
