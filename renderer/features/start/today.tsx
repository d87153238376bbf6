import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { costWords, errorCount } from '../metrics/totals-figures.ts'
import { useLive } from '../metrics/use-live.ts'
import { useLoaded } from '../metrics/use-loaded.ts'

/** What was spent and done since midnight, as it changes; leads to the metrics. */
export function Today() {
  const { tick, now } = useLive(false)
  const loaded = usePool((state) => state.loaded)
  const from = new Date(new Date(now).setHours(0, 0, 0, 0)).toISOString()
  // What else Claude Code did on this computer is no part of what was done here.
  const ask = () => client.metrics.summary({ from, phases: 'total', history: 'bullpen' })
  const { value, problem } = useLoaded(loaded ? `${from} ${tick}` : null, ask)
  if (problem !== null && value === null) return <p className="home-empty">Today’s figures couldn’t be loaded. {problem}</p>
  const totals = value?.totals
  const figures: readonly [string, string][] = [
    ['Spent today', totals ? costWords(totals) : '…'],
    ['Turns', totals ? totals.turns.toLocaleString('en-US') : '…'],
    ['Failed', totals ? errorCount(totals).toLocaleString('en-US') : '…'],
  ]
  return (
    <button type="button" className="home-today" title="Open the metrics" onClick={() => ui.go({ name: 'metrics' })}>
      {figures.map(([label, words]) => (
        <span key={label}>
          <span className="home-label">{label}</span> <span className="figure">{words}</span>
        </span>
      ))}
    </button>
  )
}
