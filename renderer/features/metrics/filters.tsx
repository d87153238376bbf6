import { Filter as FilterIcon, X } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useMemo, useState } from 'react'
import { client } from '../../connection/connection.ts'
import { metricsView } from './metrics-store.ts'
import { useNames } from './names.ts'
import { fieldCount, filterFields, inputOf, withOwnOnly, type FilterField, type Selection } from './selection.ts'
import { useTitles } from './titles.ts'
import { useLoaded } from './use-loaded.ts'
import './filters.css'

/** What is shown of all turns, each part of it removable, and the way to narrow it down further. */
export function Filters({ selection }: { selection: Selection }) {
  const { filter } = selection
  const nameOf = useNames()
  return (
    <div className="filters">
      <FilterPopover selection={selection} />
      {filterFields.map(({ field, dimension, label }) => {
        const value = filter[field]
        if (value === undefined) return null
        const words = `${label}: ${nameOf(dimension, value)}`
        return <Chip key={field} words={words} onRemove={() => metricsView.filterBy(field, null)} />
      })}
      {filter.ownOnly === true && (
        <Chip words="Without Claude Code’s own history" onRemove={() => metricsView.setFilter(withOwnOnly(filter, false))} />
      )}
      {fieldCount(filter) > 1 && (
        <button type="button" className="link" onClick={() => metricsView.setFilter({})}>
          Show all
        </button>
      )}
    </div>
  )
}

function Chip({ words, onRemove }: { words: string; onRemove: () => void }) {
  return (
    <button
      type="button"
      className="chip"
      onClick={onRemove}
      aria-label={`Remove the filter ${words}`}
      title={`Remove the filter ${words}`}
    >
      {words}
      <X size={12} strokeWidth={1.75} aria-hidden />
    </button>
  )
}

function FilterPopover({ selection }: { selection: Selection }) {
  const [open, setOpen] = useState(false)
  const [field, setField] = useState<FilterField>('instanceId')
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className="filter-open">
        <FilterIcon size={13} strokeWidth={1.75} aria-hidden />
        Filter
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="filter-panel" align="start" sideOffset={4} collisionPadding={12} aria-label="Filter">
          <ul className="filter-fields" aria-label="Filter by">
            {filterFields.map((one) => (
              <li key={one.field}>
                <button type="button" aria-pressed={one.field === field} onClick={() => setField(one.field)}>
                  {one.label}
                </button>
              </li>
            ))}
            <li>
              <label className="filter-own">
                <input
                  type="checkbox"
                  checked={selection.filter.ownOnly === true}
                  onChange={(event) => metricsView.setFilter(withOwnOnly(selection.filter, event.target.checked))}
                />
                Bullpen only
              </label>
            </li>
          </ul>
          <Values key={field} field={field} selection={selection} onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

const mostValues = 200

function Values({ field, selection, onDone }: { field: FilterField; selection: Selection; onDone: () => void }) {
  const [query, setQuery] = useState('')
  const nameOf = useNames()
  const dimension = filterFields.find((one) => one.field === field)?.dimension ?? 'instance'
  const { from, to } = inputOf(selection)
  const loaded = useLoaded(`${dimension} ${from} ${to}`, () => client.metrics.values({ from, to, dimension, limit: mostValues }))
  useTitles(
    useMemo(() => (dimension === 'conversation' ? (loaded.value?.items ?? []).map(({ key }) => key) : []), [loaded.value, dimension]),
  )
  const all = (loaded.value?.items ?? []).map((item) => ({ ...item, name: nameOf(dimension, item.key) }))
  const found = all.filter(({ name }) => name.toLowerCase().includes(query.trim().toLowerCase()))
  const chosen = selection.filter[field]
  return (
    <div className="filter-values">
      {all.length > 8 && (
        <input
          className="input"
          aria-label="Find a value"
          placeholder="Find"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      )}
      <ul aria-label="Which">
        {found.map(({ key, name, turns }) => (
          <li key={key ?? ' none'}>
            <button
              type="button"
              aria-pressed={chosen === (key ?? '')}
              onClick={() => {
                metricsView.filterBy(field, chosen === (key ?? '') ? null : (key ?? ''))
                onDone()
              }}
            >
              <span>{name}</span>
              <span className="figure">{turns.toLocaleString('en-US')}</span>
            </button>
          </li>
        ))}
      </ul>
      {loaded.problem !== null && <p className="problem">{loaded.problem}</p>}
      {loaded.value && all.length === 0 && <p>No turn in this range.</p>}
      {all.length === mostValues && <p>The {mostValues} most used are shown.</p>}
    </div>
  )
}
