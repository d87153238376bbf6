import { ChevronLeft, ChevronRight, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, type PointerEvent } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { colorOf, onThemeChange } from './charts/chart-colors.ts'
import type { Span } from './charts/chart-data.ts'
import { spanWords, timeWords } from './charts/chart-words.ts'
import { clamped, moved, zoomed } from './range.ts'
import './range-strip.css'

/** How busy it was around the range: what the range is chosen on. */
export type StripFigures = { outer: Span; step: number; x: readonly number[]; values: readonly (number | null)[] }

export type RangeStripProps = {
  figures: StripFigures
  span: Span
  /** Called at each step of a drag. */
  onChange: (span: Span) => void
}

const dayMs = 86_400_000

/** The range as a window on what lies around it: drag it, drag its edges, or draw a new one. */
export function RangeStrip({ figures, span, onChange }: RangeStripProps) {
  const strip = useRef<HTMLDivElement>(null)
  const drag = useDrag(strip, figures.outer, span, onChange)
  const at = (time: number) => `${((time - figures.outer.from) / (figures.outer.to - figures.outer.from)) * 100}%`
  const length = span.to - span.from
  return (
    <div className="strip">
      <IconButton label="Earlier" icon={ChevronLeft} size={14} onClick={() => onChange(moved(span, -length / 2, figures.outer))} />
      <div ref={strip} className="strip-field" {...drag}>
        <StripBars figures={figures} />
        <span className="strip-date figure">{timeWords(figures.outer.from, dayMs)}</span>
        <div className="strip-window" style={{ left: at(span.from), right: `calc(100% - ${at(span.to)})` }} data-part="window">
          <span className="strip-edge" data-part="from" />
          <span className="strip-edge" data-part="to" />
        </div>
        <span className="sr-only">Shown: {spanWords(span)}</span>
      </div>
      <IconButton label="Later" icon={ChevronRight} size={14} onClick={() => onChange(moved(span, length / 2, figures.outer))} />
      <IconButton label="A shorter range" icon={ZoomIn} size={14} onClick={() => onChange(zoomed(span, 0.5, figures.outer))} />
      <IconButton label="A longer range" icon={ZoomOut} size={14} onClick={() => onChange(zoomed(span, 2, figures.outer))} />
    </div>
  )
}

type Part = 'window' | 'from' | 'to' | 'field'
type Drag = { part: Part; began: number; span: Span }

function useDrag(strip: { current: HTMLElement | null }, outer: Span, span: Span, onChange: (span: Span) => void) {
  const drag = useRef<Drag | null>(null)
  const timeAt = (x: number) => {
    const box = strip.current?.getBoundingClientRect()
    return box ? outer.from + ((x - box.left) / Math.max(1, box.width)) * (outer.to - outer.from) : outer.from
  }
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0) return
      const target = event.target instanceof HTMLElement ? event.target.dataset['part'] : undefined
      const part: Part = target === 'window' || target === 'from' || target === 'to' ? target : 'field'
      drag.current = { part, began: timeAt(event.clientX), span }
      event.currentTarget.setPointerCapture(event.pointerId)
      event.preventDefault()
    },
    onPointerMove: (event: PointerEvent) => {
      if (drag.current) onChange(dragged(drag.current, timeAt(event.clientX), outer))
    },
    onPointerUp: () => {
      drag.current = null
    },
    onPointerCancel: () => {
      drag.current = null
    },
  }
}

function dragged({ part, began, span }: Drag, now: number, outer: Span): Span {
  switch (part) {
    case 'window':
      return moved(span, now - began, outer)
    case 'from':
      return clamped({ from: now, to: span.to }, outer)
    case 'to':
      return clamped({ from: span.from, to: now }, outer)
    case 'field':
      return clamped({ from: began, to: now }, outer)
  }
}

function StripBars({ figures }: { figures: StripFigures }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const latest = useRef(figures)
  useLayoutEffect(() => {
    latest.current = figures
    if (canvas.current) draw(canvas.current, figures)
  }, [figures])
  useEffect(() => {
    const element = canvas.current
    if (!element) return undefined
    const again = () => draw(element, latest.current)
    const sized = new ResizeObserver(again)
    sized.observe(element)
    const stopTheme = onThemeChange(again)
    return () => {
      sized.disconnect()
      stopTheme()
    }
  }, [])
  return <canvas ref={canvas} className="strip-bars" aria-hidden />
}

function draw(canvas: HTMLCanvasElement, { outer, step, x, values }: StripFigures): void {
  const ratio = window.devicePixelRatio
  const width = Math.max(1, canvas.clientWidth)
  const height = Math.max(1, canvas.clientHeight)
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(ratio, ratio)
  context.fillStyle = colorOf('--chart-grey')
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), 1)
  const perMs = width / (outer.to - outer.from)
  for (const [index, value] of values.entries()) {
    if (value === null || value === 0) continue
    // A single turn among thousands is still seen.
    const tall = Math.max(1.5, (value / most) * (height - 2))
    context.fillRect(((x[index] ?? 0) - outer.from) * perMs, height - tall, Math.max(1, step * perMs - 0.5), tall)
  }
}
