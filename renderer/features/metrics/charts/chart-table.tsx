import type { ChartData } from './chart-data.ts'
import { formatFigure, placeWords } from './chart-words.ts'

export type ChartTableProps = { data: ChartData; onPick?: (index: number) => void }

/** The figures of a chart as a table: those places only that have one. A place leads to the turns behind it. */
export function ChartTable({ data, onPick }: ChartTableProps) {
  const { axis, series, x, title, unit } = data
  const places = x.map((_, index) => index).filter((index) => series.some(({ values }) => (values[index] ?? null) !== null))
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section className="chart-table" aria-label={`${title}, table`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{axis.type === 'time' ? 'From' : axis.name}</th>
            {series.map(({ key, label }) => (
              <th key={key} scope="col" className="chart-number">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((index) => (
            <tr key={x[index]}>
              <th scope="row" className="figure">
                {onPick ? (
                  <button type="button" className="link" onClick={() => onPick(index)}>
                    {placeWords(data, index)}
                  </button>
                ) : (
                  placeWords(data, index)
                )}
              </th>
              {series.map(({ key, values }) => {
                const value = values[index] ?? null
                return (
                  <td key={key} className="chart-number figure">
                    {value === null ? '' : formatFigure(value, unit)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {places.length === 0 && <p>No data in this range.</p>}
    </section>
  )
}
