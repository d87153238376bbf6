import { useEffect, useLayoutEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { middleAt, type ChartData, type Span } from './chart-data.ts'
import { onThemeChange } from './chart-colors.ts'
import { plotData, plotOptions, pointedAt, shapeOf, type PlotTells } from './plot-options.ts'

export type PlotProps = {
  data: ChartData
  /** What the x axis shows; all there is when null. */
  span: Span | null
  height: number
  /** The least that the y axis reaches up to: for charts that are compared. */
  top?: number | undefined
  /** The place that is pointed at by keys. */
  pointed: number | null
  tells: PlotTells
  /** What it shows, in a sentence, for those who do not see it. */
  summary: string
  /** Gets the canvas, for the export. */
  onCanvas?: (canvas: HTMLCanvasElement | null) => void
}

/** A chart on a canvas. It is made once and takes new figures in place, so that live figures do not flicker. */
export function Plot({ data, span, height, top, pointed, summary, tells, onCanvas }: PlotProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef({ data, span, top, tells, onCanvas })
  useLayoutEffect(() => {
    latest.current = { data, span, top, tells, onCanvas }
  })
  const shape = shapeOf(data)
  useLayoutEffect(() => {
    const element = host.current
    if (!element) return undefined
    const made = make(element, height, latest)
    plot.current = made
    latest.current.onCanvas?.(made.ctx.canvas)
    const sized = new ResizeObserver(() => made.setSize({ width: widthOf(element), height }))
    sized.observe(element)
    const stopTheme = onThemeChange(() => made.redraw(true, true))
    return () => {
      sized.disconnect()
      stopTheme()
      latest.current.onCanvas?.(null)
      made.destroy()
      plot.current = null
    }
  }, [shape, height])
  useEffect(() => {
    plot.current?.setData(plotData(data, latest.current.span))
  }, [data, span?.from, span?.to, top])
  useEffect(() => {
    const canvas = plot.current?.ctx.canvas
    canvas?.setAttribute('role', 'img')
    canvas?.setAttribute('aria-label', summary)
  }, [summary, shape, height])
  useEffect(() => {
    const made = plot.current
    if (!made || pointed === null) return
    const at = middleAt(latest.current.data, pointed, latest.current.span)
    made.setCursor({ left: made.valToPos(at, 'x'), top: 0 }, false)
  }, [pointed])
  return <div ref={host} className="plot" style={{ height }} />
}

type Latest = { current: Pick<PlotProps, 'data' | 'span' | 'top' | 'tells'> }

function make(element: HTMLElement, height: number, latest: Latest): uPlot {
  const tells: PlotTells = {
    point: (index) => latest.current.tells.point(index),
    pick: (index) => latest.current.tells.pick(index),
    brush: (span) => latest.current.tells.brush(span),
  }
  const size = { width: widthOf(element), height }
  const made = new uPlot(
    plotOptions(() => latest.current, size, tells),
    plotData(latest.current.data, latest.current.span),
    element,
  )
  made.over.addEventListener('click', () => {
    const index = pointedAt(made, latest.current.data)
    if (index !== null) tells.pick(index)
  })
  return made
}

function widthOf(element: HTMLElement): number {
  return Math.max(120, Math.floor(element.clientWidth))
}
