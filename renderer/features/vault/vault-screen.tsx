import { Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { useStore } from 'zustand'
import type { VaultStatus } from '../../../shared/domain/vault.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { formatBytes } from '../../words/figures.ts'
import { originFilter, originOption, originOptions } from '../../words/origin-words.ts'
import '../../ui/page.css'
import { scanNow } from './vault-actions.ts'
import { VaultDetails } from './vault-details.tsx'
import { PendingVaultRow, VaultRow } from './vault-row.tsx'
import { useVault, vault, windows } from './vault-store.ts'
import type { VaultQuery } from './vault-windows.ts'
import { sourceWords, sumWords } from './vault-words.ts'
import { VaultSelection } from './vault-selection.tsx'
import { useRowKeys } from './use-row-keys.ts'
import '../../ui/list-row.css'
import './vault.css'

/** Copies of everything that Claude Code has written down: what it will delete and when, and what it has deleted. */
export function VaultScreen() {
  const status = useFreshStatus()
  const openId = useVault((state) => state.openId)
  return (
    <main className="vault" data-details={openId === null ? 'closed' : 'open'}>
      <div className="vault-main">
        <div className="page-head vault-head">
          <h1>Vault</h1>
          <span className="figure vault-sum">{status && sumWords(status)}</span>
          <span className="vault-tools">
            <Button small onClick={() => ui.openDialog({ name: 'clean-up-vault' })}>
              Clean up…
            </Button>
            <Button small disabled={status?.scan.running ?? true} onClick={() => void scanNow()}>
              Scan now
            </Button>
          </span>
        </div>
        {status && <p className="page-lead">{sourceWords(status)}</p>}
        {status && <Progress status={status} />}
        <Filters status={status} />
        <VaultSelection />
        <Rows />
      </div>
      {openId !== null && <VaultDetails key={openId} sessionId={openId} />}
    </main>
  )
}

/** Reads the list when the screen opens and whenever the core says that it has changed; progress comes by itself. */
function useFreshStatus(): VaultStatus | null {
  const told = usePool((state) => state.vault)
  const read = useStore(windows.store, (state) => state.status)
  const connected = usePool((state) => state.connection === 'open')
  const revision = told?.revision
  useEffect(() => {
    if (connected) windows.refresh()
  }, [revision, connected])
  return told !== null && (read === null || told.revision >= read.revision) ? told : read
}

function Progress({ status: { scan } }: { status: VaultStatus }) {
  if (scan.problem !== null && !scan.running) {
    return (
      <p className="vault-problem" role="alert">
        {scan.problem}
      </p>
    )
  }
  if (!scan.running || scan.total === 0) return null
  return (
    <div className="vault-progress">
      <progress value={scan.done} max={scan.total} aria-label="Copying Claude Code's history" />
      <span className="figure">
        {scan.done.toLocaleString('en-US')} of {scan.total.toLocaleString('en-US')} files · {formatBytes(scan.bytes)}
      </span>
    </div>
  )
}

const states: readonly { value: VaultQuery['state']; label: string; count: (status: VaultStatus) => number }[] = [
  { value: 'all', label: 'All', count: ({ sessions }) => sessions },
  { value: 'ending', label: 'Expiring', count: ({ endingSoon }) => endingSoon },
  { value: 'deleted', label: 'Only in vault', count: ({ deleted }) => deleted },
]

function Filters({ status }: { status: VaultStatus | null }) {
  const { query, typed } = useVault()
  return (
    <div className="vault-filters">
      <label className="list-find">
        <Search size={14} strokeWidth={1.75} aria-hidden />
        <input
          type="search"
          placeholder="Title, folder or session"
          aria-label="Filter the vault"
          value={typed}
          onChange={(event) => vault.type(event.target.value)}
        />
      </label>
      <fieldset aria-label="Which sessions" className="vault-states">
        {states.map(({ value, label, count }) => (
          <button key={value} type="button" aria-pressed={query.state === value} onClick={() => vault.filter({ state: value })}>
            {label}
            {status && <span className="figure">{count(status).toLocaleString('en-US')}</span>}
          </button>
        ))}
      </fieldset>
      <OriginChoice query={query} />
      <select
        className="input"
        aria-label="Order"
        value={query.sort}
        onChange={(event) => vault.filter({ sort: sortOf(event.target.value) })}
      >
        <option value="newest">Newest first</option>
        <option value="ending">Expiring first</option>
        <option value="largest">Largest first</option>
      </select>
    </div>
  )
}

/** Recipes and topics have a filter of their own in the library; here it is enough to tell people's sessions from others. */
function OriginChoice({ query }: { query: VaultQuery }) {
  return (
    <select
      className="input"
      aria-label="Run or topic"
      value={originOption(query)}
      onChange={(event) => vault.filter(originFilter(event.target.value))}
    >
      {originOptions({ recipes: [], topics: [] }, query).map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  )
}

function sortOf(value: string): VaultQuery['sort'] {
  return value === 'ending' || value === 'largest' ? value : 'newest'
}

const rowHeight = 46

function Rows() {
  const { total, loaded, problem, query, status } = useStore(windows.store)
  if (problem !== null) return <Problem text={problem} />
  if (loaded && total === 0) return <Nothing query={query} status={status} />
  return <List key={JSON.stringify(query)} total={total} loaded={loaded} />
}

function List({ total, loaded }: { total: number; loaded: boolean }) {
  const list = useRef<VirtuosoHandle>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(0)
  useRowKeys({ list, frame, cursor, setCursor, total })
  return (
    <div ref={frame} className="list-frame" aria-busy={!loaded}>
      <Virtuoso
        ref={list}
        className="list-rows vault-list"
        totalCount={total}
        fixedItemHeight={rowHeight}
        increaseViewportBy={300}
        rangeChanged={({ startIndex, endIndex }) => windows.see(startIndex, endIndex)}
        itemContent={(index) => <Row index={index} isCursor={index === cursor} toCursor={() => setCursor(index)} />}
        tabIndex={-1}
      />
    </div>
  )
}

function Row({ index, isCursor, toCursor }: { index: number; isCursor: boolean; toCursor: () => void }) {
  // Rows come and go as the state of the windows changes.
  useStore(windows.store, (state) => state.pages)
  const session = windows.row(index)
  return session === null ? <PendingVaultRow /> : <VaultRow session={session} index={index} isCursor={isCursor} toCursor={toCursor} />
}

function Problem({ text }: { text: string }) {
  return (
    <div className="page-empty" role="alert">
      <h2>Couldn’t load the vault</h2>
      <p>{text}</p>
      <Button onClick={() => windows.refresh()}>Try again</Button>
    </div>
  )
}

function Nothing({ query, status }: { query: VaultQuery; status: VaultStatus | null }) {
  if (status?.scan.running && status.sessions === 0) {
    return (
      <div className="page-empty">
        <h2>Reading Claude Code's history</h2>
        <p>Sessions appear here as they are copied. You can keep working.</p>
      </div>
    )
  }
  if (query.state !== 'all' || query.q !== '' || originOption(query) !== '') {
    const words =
      query.state === 'deleted' && query.q === '' && originOption(query) === ''
        ? 'Claude Code has deleted none of your sessions.'
        : 'Try removing a filter.'
    return (
      <div className="page-empty">
        <h2>Nothing here</h2>
        <p>{words}</p>
        <Button onClick={vault.clear}>Show all</Button>
      </div>
    )
  }
  return (
    <div className="page-empty">
      <h2>No Claude Code sessions yet</h2>
      <p>Everything you do with Claude Code, here or in a terminal, is copied here and kept after Claude Code deletes it.</p>
    </div>
  )
}
