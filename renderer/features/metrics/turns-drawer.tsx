import { Download, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Virtuoso } from 'react-virtuoso'
import type { TurnRecord } from '../../../shared/domain/metrics.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { plural } from '../../words/figures.ts'
import { fileNameOf, saveFile } from './charts/chart-png.ts'
import { spanWords } from './charts/chart-words.ts'
import { olderCutWords, warnOfMissing } from './missing-words.ts'
import { metricsView, type Drill } from './metrics-store.ts'
import { useNames } from './names.ts'
import { lengthOf, PhaseLegend } from './phase-bars.tsx'
import { partsOfTurn } from './phase-words.ts'
import { inputOf } from './selection.ts'
import { useTitles } from './titles.ts'
import { TurnRow } from './turn-row.tsx'
import { useLoaded } from './use-loaded.ts'
import './turns-drawer.css'

const sorts = [
  { value: 'newest', label: 'Newest first' },
  { value: 'oldest', label: 'Oldest first' },
  { value: 'slowest', label: 'Slowest first' },
  { value: 'first-token', label: 'Slowest first token' },
  { value: 'dearest', label: 'Most expensive first' },
] as const
type Sort = (typeof sorts)[number]['value']

/** The turns behind a figure, each leading to its conversation. */
export function TurnsDrawer({ drill }: { drill: Drill }) {
  const [sort, setSort] = useState<Sort>(drill.sort ?? 'newest')
  const pages = useTurnPages(drill, sort)
  const nameOf = useNames()
  useTitles(useMemo(() => pages.turns.map(({ conversationId }) => conversationId), [pages.turns]))
  const panel = useRef<HTMLElement>(null)
  useEscapeAndFocus(panel)
  const longestMs = pages.turns.reduce((longest, turn) => Math.max(longest, lengthOf(partsOfTurn(turn))), 0)
  return (
    <aside ref={panel} className="turns" aria-label={`Turns: ${drill.title}`} tabIndex={-1}>
      <header className="turns-head">
        <h2>{drill.title}</h2>
        <IconButton label="Export these turns (CSV)" icon={Download} size={14} onClick={() => void saveTurns(drill, sort)} />
        <IconButton label="Close the turns" icon={X} size={15} onClick={metricsView.closeTurns} />
        <p className="figure turns-span">{spanWords(drill.span)}</p>
        <select className="input turns-sort" aria-label="Order" value={sort} onChange={(event) => setSort(sortOf(event.target.value))}>
          {sorts.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </header>
      <PhaseLegend />
      {pages.problem !== null && (
        <p className="problem" role="alert">
          {pages.problem}
        </p>
      )}
      {pages.done && pages.turns.length === 0 ? (
        <p className="turns-empty">
          {pages.cut
            ? 'This figure only covers turns older than 30 days.'
            : 'No turns to list. The figure may have changed, or its conversations were deleted and only totals are kept.'}
        </p>
      ) : (
        <Virtuoso
          className="turns-list"
          data={pages.turns}
          computeItemKey={(_, turn) => turn.id}
          endReached={pages.more}
          itemContent={(_, turn) => <TurnRow turn={turn} longestMs={longestMs} nameOf={nameOf} />}
        />
      )}
      {pages.cut && <p className="turns-note">{olderCutWords}</p>}
      <output className="turns-foot figure">
        {pages.done ? plural(pages.turns.length, 'turn') : `${pages.turns.length.toLocaleString('en-US')} shown, more below`}
      </output>
    </aside>
  )
}

type Pages = {
  turns: readonly TurnRecord[]
  /** Older ones are left out. */ cut: boolean
  done: boolean
  problem: string | null
  more: () => void
}
type Further = { key: string; turns: readonly TurnRecord[]; cursor: string | null; problem: string | null }

/** The first page of what is asked now, and the further ones that were scrolled to. */
function useTurnPages(drill: Drill, sort: Sort): Pages {
  const key = JSON.stringify([drill, sort])
  const call = (cursor?: string) => client.metrics.turns({ ...turnsInputOf(drill), sort, limit: 100, ...(cursor ? { cursor } : {}) })
  const first = useLoaded(key, () => call())
  const [further, setFurther] = useState<Further | null>(null)
  const loading = useRef(false)
  const own = further?.key === key ? further : null
  const cursor = own ? own.cursor : first.busy ? null : (first.value?.nextCursor ?? null)
  const more = async () => {
    if (cursor === null || loading.current) return
    loading.current = true
    const before = own?.turns ?? []
    try {
      const page = await call(cursor)
      setFurther({ key, turns: [...before, ...page.items], cursor: page.nextCursor, problem: null })
    } catch (thrown) {
      setFurther({ key, turns: before, cursor: null, problem: errorWords(thrown) })
    } finally {
      loading.current = false
    }
  }
  return {
    turns: useMemo(() => [...(first.value?.items ?? []), ...(own?.turns ?? [])], [first.value, own]),
    cut: first.value?.cut ?? false,
    done: !first.busy && cursor === null,
    problem: own?.problem ?? first.problem,
    more: () => void more(),
  }
}

function turnsInputOf({ span, filter, outcomes, rewrites, trouble, phase, minMs, maxMs }: Drill) {
  return {
    ...inputOf({ span, filter }),
    ...(outcomes ? { outcome: outcomes } : {}),
    ...(rewrites === undefined ? {} : { rewrites }),
    ...(trouble === undefined ? {} : { trouble }),
    ...(phase === undefined ? {} : { phase }),
    ...(minMs === undefined ? {} : { minMs }),
    ...(maxMs === undefined ? {} : { maxMs }),
  }
}

async function saveTurns(drill: Drill, sort: Sort): Promise<void> {
  try {
    const answer = await client.metrics.csv({ ...turnsInputOf(drill), sort, what: 'turns' })
    saveFile(fileNameOf(drill.title, 'csv'), new Blob([answer.csv], { type: 'text/csv' }))
    warnOfMissing(answer)
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}

function sortOf(text: string): Sort {
  return sorts.find(({ value }) => value === text)?.value ?? 'newest'
}

/** The panel takes the focus, gives it back, and Escape closes it. */
function useEscapeAndFocus(panel: { current: HTMLElement | null }): void {
  useEffect(() => {
    const from = document.activeElement
    panel.current?.focus()
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      event.preventDefault()
      metricsView.closeTurns()
    }
    window.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener('keydown', onKey)
      if (from instanceof HTMLElement && from.isConnected) from.focus()
    }
  }, [panel])
}
