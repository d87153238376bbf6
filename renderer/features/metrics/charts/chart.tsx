import { Download, Table2 } from 'lucide-react'
import { useId, useMemo, useRef, useState, type ReactNode } from 'react'
import { toast } from '../../../state/toasts.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { ButtonMenu } from '../../../ui/menu.tsx'
import { isEmpty, spanAt, type ChartData, type Span } from './chart-data.ts'
import { chartRows, csvOf } from './chart-csv.ts'
import { fileNameOf, pngOf, saveFile } from './chart-png.ts'
import { ChartTable } from './chart-table.tsx'
import { formatFigure, placeWords, spanWords, summaryOf } from './chart-words.ts'
import './chart.css'
import { Plot } from './plot.tsx'

export type ChartProps = {
  data: ChartData
  /** What the x axis shows; all there is when absent. */
  span?: Span
  height?: number
  /** The least that the y axis reaches up to: for charts that are compared. */
  top?: number
  /** Why there is nothing, where there is nothing. */
  emptyWords: string
  /** A click: the place on the x axis. */
  onPick?: (index: number) => void
  onBrush?: (span: Span) => void
  /** Under the title: what the figures mean or leave out. */
  note?: ReactNode
  /** Beside the title. */
  actions?: ReactNode
}

/** A chart with its title, legend and readout; with its table and its exports; for eyes, keys and screen readers. */
export function Chart({ data, span, height = 190, top, emptyWords, onPick, onBrush, note, actions }: ChartProps) {
  const [pointed, setPointed] = useState<number | null>(null)
  const [byKey, setByKey] = useState<number | null>(null)
  const [asTable, setAsTable] = useState(false)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(none)
  const canvas = useRef<HTMLCanvasElement | null>(null)
  const title = useId()
  const empty = useMemo(() => isEmpty(data), [data])
  const drawn = useMemo(() => without(data, hidden), [data, hidden])
  const summary = useMemo(() => summaryOf(data), [data])
  const tells = useMemo(
    () => ({ point: setPointed, pick: (index: number) => onPick?.(index), brush: (range: Span) => onBrush?.(range) }),
    [onPick, onBrush],
  )
  const shown = pointed === null || pointed >= data.x.length ? null : pointed
  return (
    <section className="chart" aria-labelledby={title}>
      <div className="chart-head">
        <h2 id={title}>{data.title}</h2>
        {actions}
        <Legend data={data} index={shown} hidden={hidden} onHide={setHidden} />
        <span className="chart-when figure">{shown === null ? '' : placeWords(data, shown)}</span>
        <ChartActions data={data} asTable={asTable} onTable={() => setAsTable(!asTable)} canvas={canvas} />
      </div>
      {note !== undefined && <p className="chart-note">{note}</p>}
      {asTable ? (
        <ChartTable data={data} {...(onPick ? { onPick } : {})} />
      ) : empty ? (
        <p className="chart-empty" style={{ height: Math.min(height, emptyHeight) }}>
          {emptyWords}
        </p>
      ) : (
        <div className="chart-drawing" style={{ height }}>
          <Plot
            data={drawn}
            span={span ?? null}
            height={height}
            top={top}
            pointed={byKey}
            summary={summary}
            tells={tells}
            onCanvas={(element) => {
              canvas.current = element
            }}
          />
          <ChartCursor data={data} index={byKey} onMove={setByKey} onShow={setPointed} {...(onPick ? { onPick } : {})} />
        </div>
      )}
    </section>
  )
}

/** Pixels; words need less room than figures. */
const emptyHeight = 72
const none: ReadonlySet<string> = new Set()

/** What is left when some series are hidden; never nothing, as a chart of nothing tells nobody why. */
function without(data: ChartData, hidden: ReadonlySet<string>): ChartData {
  const series = data.series.filter(({ key }) => !hidden.has(key))
  return hidden.size === 0 || series.length === 0 ? data : { ...data, series }
}

type LegendProps = {
  data: ChartData
  /** The place that is pointed at. */
  index: number | null
  hidden: ReadonlySet<string>
  onHide: (hidden: ReadonlySet<string>) => void
}

/** What the colours stand for and, while a place is pointed at, its figures. A click hides or shows one. */
function Legend({ data, index, hidden, onHide }: LegendProps) {
  const toggle = (key: string) => {
    const next = new Set(hidden)
    if (!next.delete(key)) next.add(key)
    onHide(next)
  }
  return (
    <ul className="chart-legend">
      {data.series.map(({ key, label, color, values, dashed }) => {
        const value = index === null ? null : (values[index] ?? null)
        return (
          <li key={key}>
            <button
              type="button"
              aria-pressed={!hidden.has(key)}
              disabled={data.series.length < 2}
              title={data.series.length < 2 ? undefined : `Show or hide ${label}`}
              onClick={() => toggle(key)}
            >
              <span className={data.kind === 'lines' ? 'chart-key chart-key-line' : 'chart-key'} style={keyStyle(color, dashed)} />
              {label}
            </button>
            {value !== null && <b className="figure">{formatFigure(value, data.unit)}</b>}
          </li>
        )
      })}
    </ul>
  )
}

function keyStyle(color: string, dashed = false) {
  const solid = `var(--chart-${color})`
  return { background: dashed ? `repeating-linear-gradient(90deg, ${solid} 0 4px, transparent 4px 7px)` : solid }
}

type CursorProps = {
  data: ChartData
  index: number | null
  onMove: (index: number | null) => void
  onShow: (index: number | null) => void
  onPick?: (index: number) => void
}

/** The same as pointing, by keys: arrows move along the axis, Enter opens what is behind the place. Seen while it has the focus. */
function ChartCursor({ data, index, onMove, onShow, onPick }: CursorProps) {
  const at = Math.min(index ?? 0, data.x.length - 1)
  const move = (to: number | null) => {
    onMove(to)
    onShow(to)
  }
  return (
    <input
      type="range"
      className="chart-cursor"
      aria-label={`${data.title}: a figure${onPick ? '. Enter opens its turns' : ''}`}
      aria-valuetext={readoutOf(data, at)}
      min={0}
      max={Math.max(0, data.x.length - 1)}
      value={at}
      onChange={(event) => move(Number(event.target.value))}
      onFocus={() => move(at)}
      onBlur={() => move(null)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onPick?.(at)
      }}
    />
  )
}

function readoutOf(data: ChartData, index: number): string {
  const figures = data.series.map(({ label, values }) => {
    const value = values[index] ?? null
    return `${label} ${value === null ? 'nothing' : formatFigure(value, data.unit)}`
  })
  return `${placeWords(data, index)}: ${figures.join(', ')}`
}

type ActionsProps = { data: ChartData; asTable: boolean; onTable: () => void; canvas: { current: HTMLCanvasElement | null } }

function ChartActions({ data, asTable, onTable, canvas }: ActionsProps) {
  const saveCsv = () => saveFile(fileNameOf(data.title, 'csv'), new Blob([csvOf(chartRows(data))], { type: 'text/csv' }))
  const savePng = async () => {
    const picture = canvas.current && (await pngOf(canvas.current, data, wordsOfRange(data)))
    if (picture) saveFile(fileNameOf(data.title, 'png'), picture)
    else toast('Nothing to export. Show the chart instead of the table, with a range that has data.', 'warning')
  }
  return (
    <span className="chart-actions">
      <IconButton
        label={asTable ? `Show ${data.title} as a chart` : `Show ${data.title} as a table`}
        icon={Table2}
        size={14}
        aria-pressed={asTable}
        onClick={onTable}
      />
      <ButtonMenu
        entries={[
          { id: 'csv', label: 'Export CSV', run: saveCsv },
          { id: 'png', label: 'Export PNG', run: () => void savePng() },
        ]}
      >
        <IconButton label={`Save ${data.title}`} icon={Download} size={14} />
      </ButtonMenu>
    </span>
  )
}

function wordsOfRange(data: ChartData): string {
  const first = spanAt(data, 0)
  const last = spanAt(data, data.x.length - 1)
  return first && last ? spanWords({ from: first.from, to: last.to }) : ''
}
