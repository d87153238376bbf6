import { Ellipsis } from 'lucide-react'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { ButtonMenu } from '../../ui/menu.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { fileNameOf, saveFile } from './charts/chart-png.ts'
import { ExactRange } from './exact-range.tsx'
import { metricsView, useMetricsView } from './metrics-store.ts'
import { warnOfMissing } from './missing-words.ts'
import { presets } from './range.ts'
import { inputOf, type Selection } from './selection.ts'
import { ownZone } from './own-zone.ts'

/** What is shown, in words; ranges that move with the clock; comparing and saving. */
export function MetricsHead({ selection, words }: { selection: Selection; words: string }) {
  const { range, compare } = useMetricsView()
  const current = range.type === 'preset' ? range.name : null
  return (
    <header className="metrics-head">
      <h1>Metrics</h1>
      <span className="metrics-what figure">{words}</span>
      <span className="metrics-presets">
        {presets.map(({ name, label, words: title }) => (
          <button key={name} type="button" aria-pressed={name === current} title={title} onClick={() => metricsView.showPreset(name)}>
            {label}
          </button>
        ))}
        <ExactRange selection={selection} current={range.type === 'custom'} />
        <button type="button" aria-pressed={compare !== null} onClick={() => metricsView.compareWith(compare ? null : { type: 'before' })}>
          Compare
        </button>
      </span>
      <ButtonMenu
        entries={[
          {
            id: 'turns',
            label: 'Export turns (CSV)',
            hint: 'Every turn of this range and filter',
            run: () => void save(selection, 'turns'),
          },
          { id: 'series', label: 'Export figures over time (CSV)', run: () => void save(selection, 'series') },
          'line',
          {
            id: 'rebuild',
            label: 'Rebuild metrics',
            hint: 'Rereads all conversations and Claude Code’s history',
            run: () => void rebuild(),
          },
        ]}
      >
        <IconButton label="Metrics actions" icon={Ellipsis} />
      </ButtonMenu>
    </header>
  )
}

async function save(selection: Selection, what: 'turns' | 'series'): Promise<void> {
  try {
    const answer = await client.metrics.csv({ ...inputOf(selection), what, zone: ownZone() })
    saveFile(fileNameOf(what === 'turns' ? 'turns' : 'figures over time', 'csv'), new Blob([answer.csv], { type: 'text/csv' }))
    warnOfMissing(answer)
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}

async function rebuild(): Promise<void> {
  try {
    await client.metrics.rebuild()
    toast('Rebuilding metrics from all conversations and Claude Code’s history. Charts fill in as it runs.')
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}
