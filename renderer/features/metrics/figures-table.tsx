import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { csvOf } from './charts/chart-csv.ts'
import { fileNameOf, saveFile } from './charts/chart-png.ts'

export type Column<Row> = {
  title: string
  /** What is shown. */
  show: (row: Row) => ReactNode
  /** What the file has: the figure itself. */
  raw: (row: Row) => string | number | null
  /** It holds words, which begin at the left; numbers end at the right. */
  isWords?: boolean
}

export type FiguresTableProps<Row> = {
  title: string
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** The first one names the row. */
  columns: readonly Column<Row>[]
  emptyWords: string
  /** A row's name leads to the turns behind it; undefined where it cannot. */
  onPick?: (row: Row) => (() => void) | undefined
  actions?: ReactNode
  /** Under the title: what the rows leave out. */
  note?: string | null
}

/** A table of figures: numbers at the right, its rows lead to the turns behind them, and it can be saved. */
export function FiguresTable<Row>({ title, rows, keyOf, columns, emptyWords, onPick, actions, note }: FiguresTableProps<Row>) {
  const [first, ...others] = columns
  const save = () => {
    const lines = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.raw(row)))]
    saveFile(fileNameOf(title, 'csv'), new Blob([csvOf(lines)], { type: 'text/csv' }))
  }
  return (
    <section className="figures" aria-label={title}>
      <div className="chart-head">
        <h2>{title}</h2>
        {actions}
        <span className="chart-actions figures-actions">
          <IconButton label={`Save ${title} (CSV)`} icon={Download} size={14} onClick={save} />
        </span>
      </div>
      {note && <p className="chart-note">{note}</p>}
      {rows.length === 0 ? (
        <p className="figures-empty">{emptyWords}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <section className="figures-scroll" aria-label={`${title}, rows`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {columns.map((column, index) => (
                  <th key={column.title} scope="col" className={index === 0 ? undefined : classOf(column)}>
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={keyOf(row)}>
                  <th scope="row">{first && <Name words={first.show(row)} onPick={onPick?.(row)} />}</th>
                  {others.map((column) => (
                    <td key={column.title} className={`${classOf(column)} figure`}>
                      {column.show(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}

function classOf({ isWords = false }: { isWords?: boolean }): string {
  return isWords ? 'chart-words' : 'chart-number'
}

function Name({ words, onPick }: { words: ReactNode; onPick: (() => void) | undefined }) {
  if (!onPick) return words
  return (
    <button type="button" className="link" onClick={onPick}>
      {words}
    </button>
  )
}
