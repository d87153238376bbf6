import { formatDuration } from '../../words/figures.ts'
import { timeParts, type TimePart } from './phase-words.ts'

/** Where the time went, as a bar; `longestMs` is what the whole width stands for. */
export function PhaseBar({ parts, longestMs }: { parts: readonly TimePart[]; longestMs: number }) {
  const total = parts.reduce((sum, { ms }) => sum + ms, 0)
  const width = `${longestMs > 0 ? (total / longestMs) * 100 : 0}%`
  return (
    <>
      <span className="phase-bar" aria-hidden style={{ width }}>
        {parts
          .filter(({ ms }) => ms > 0)
          .map(({ key, label, color, ms }) => (
            <span key={key} style={{ flexGrow: ms, background: `var(--chart-${color})` }} title={`${label} ${formatDuration(ms)}`} />
          ))}
      </span>
      <span className="sr-only">{barWords(parts)}</span>
    </>
  )
}

/** What the colours of the bars stand for. */
export function PhaseLegend() {
  return (
    <ul className="chart-legend">
      {timeParts.map(({ key, label, color }) => (
        <li key={key}>
          <span className="chart-key" style={{ background: `var(--chart-${color})` }} />
          {label}
        </li>
      ))}
    </ul>
  )
}

/** How long a bar is in all. */
export function lengthOf(parts: readonly TimePart[]): number {
  return parts.reduce((sum, { ms }) => sum + ms, 0)
}

function barWords(parts: readonly TimePart[]): string {
  const known = parts.filter(({ ms }) => ms > 0)
  return known.length === 0 ? 'No time measured' : known.map(({ label, ms }) => `${label} ${formatDuration(ms)}`).join(', ')
}
