import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { LibraryFacets, LibraryQuery } from '../../../shared/domain/library.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { Button } from '../../ui/button.tsx'
import { shortPath } from '../../words/figures.ts'
import { isFiltered, library, useLibrary, windows, type Age } from '../../state/library-store.ts'
import { stateWords } from '../../words/library-words.ts'
import { originFilter, originOption, originOptions } from '../../words/origin-words.ts'

const ages: Record<Age, string> = {
  any: 'Any time',
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  older: 'Older than 30 days',
}
const sizes: readonly [value: string, label: string][] = [
  ['', 'Any size'],
  ['100000', 'Over 100 KB'],
  ['1000000', 'Over 1 MB'],
  ['10000000', 'Over 10 MB'],
]
const costs: readonly [value: string, label: string][] = [
  ['', 'Any cost'],
  ['0.1', 'Over $0.10'],
  ['1', 'Over $1'],
  ['10', 'Over $10'],
]
const orders: readonly [value: LibraryQuery['sort'], label: string][] = [
  ['updated', 'Updated'],
  ['created', 'Created'],
  ['title', 'Title'],
  ['messages', 'Messages'],
  ['size', 'Size'],
  ['cost', 'Cost'],
]
const groups: readonly [value: LibraryQuery['group'], label: string][] = [
  ['none', 'No grouping'],
  ['day', 'By day'],
  ['folder', 'By folder'],
]

/** What narrows the list, and how it is laid out. */
export function LibraryFilters() {
  const query = useLibrary((state) => state.query)
  const age = useLibrary((state) => state.age)
  const facets = useFacets()
  const instances = usePool((state) => state.instances)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const many = (facet: LibraryFacets['folders'], words: (value: string) => string): [string, string][] =>
    facet.map(({ value, count }) => [value, `${words(value)} (${count.toLocaleString('en-US')})`])
  return (
    <div className="library-filters">
      <TitleFilter />
      <Choice
        label="State"
        value={query.state}
        options={Object.entries(stateWords)}
        onChange={(value) => library.filter({ state: stateOf(value) })}
      />
      <Choice
        label="Instance"
        value={query.instanceId ?? ''}
        options={[['', 'Any instance'], ...many(facets.instances, (id) => instances.get(id)?.name ?? 'removed')]}
        onChange={(value) => library.filter({ instanceId: value || undefined })}
      />
      <Choice
        label="Folder"
        value={query.folder ?? ''}
        options={[['', 'Any folder'], ...many(facets.folders, (folder) => shortPath(folder, { home }))]}
        onChange={(value) => library.filter({ folder: value || undefined })}
      />
      <Choice
        label="Tag"
        value={query.tag ?? ''}
        options={[['', 'Any tag'], ...many(facets.tags, (tag) => `#${tag}`)]}
        onChange={(value) => library.filter({ tag: value || undefined })}
      />
      <Choice
        label="Run or topic"
        value={originOption(query)}
        options={originOptions(facets, query)}
        onChange={(value) => library.filter(originFilter(value))}
      />
      <Choice label="Time" value={age} options={Object.entries(ages)} onChange={(value) => library.setAge(ageOf(value))} />
      <Choice
        label="Size"
        value={String(query.minBytes ?? '')}
        options={sizes}
        onChange={(value) => library.filter({ minBytes: value === '' ? undefined : Number(value) })}
      />
      <Choice
        label="Cost"
        value={String(query.minCostUsd ?? '')}
        options={costs}
        onChange={(value) => library.filter({ minCostUsd: value === '' ? undefined : Number(value) })}
      />
      {isFiltered(query) && (
        <Button small variant="quiet" onClick={library.clear}>
          Show all
        </Button>
      )}
      <span className="library-order">
        <Choice
          label="Sort by"
          value={query.sort}
          options={orders}
          onChange={(value) => library.filter({ sort: orders.find(([sort]) => sort === value)?.[0] ?? 'updated' })}
        />
        <Choice
          label="Group"
          value={query.group}
          options={groups}
          onChange={(value) => library.filter({ group: groups.find(([group]) => group === value)?.[0] ?? 'none' })}
        />
      </span>
    </div>
  )
}

type ChoiceProps = { label: string; value: string; options: readonly (readonly [string, string])[]; onChange: (value: string) => void }

function Choice({ label, value, options, onChange }: ChoiceProps) {
  const isSet = value !== options[0]?.[0]
  return (
    <select
      className="input library-choice"
      aria-label={label}
      data-set={isSet}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  )
}

function TitleFilter() {
  const text = useLibrary((state) => state.title)
  return (
    <label className="list-find library-title-filter">
      <Search size={15} strokeWidth={1.75} aria-hidden />
      <input
        aria-label="Filter by title"
        placeholder="Filter by title"
        value={text}
        maxLength={200}
        onChange={(event) => library.setTitle(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && library.setTitle('')}
      />
    </label>
  )
}

const noFacets: LibraryFacets = { instances: [], folders: [], tags: [], states: [], recipes: [], topics: [] }

function useFacets(): LibraryFacets {
  const revision = usePool((state) => state.libraryRevision)
  // The rows first: nobody chooses a filter before there are some.
  const isReady = useStore(windows.store, (state) => state.loaded)
  const [facets, setFacets] = useState(noFacets)
  useEffect(() => {
    if (!isReady) return undefined
    let gone = false
    // The filters can wait: a list without counts is a list all the same.
    client.library.facets().then(
      (found) => !gone && setFacets(found),
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [revision, isReady])
  return facets
}

function stateOf(value: string): LibraryQuery['state'] {
  return value === 'active' || value === 'archived' || value === 'claude' || value === 'trash' ? value : 'all'
}

function ageOf(value: string): Age {
  return value === 'today' || value === 'week' || value === 'month' || value === 'older' ? value : 'any'
}
