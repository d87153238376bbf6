import { useCallback, useEffect, useMemo, useRef } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { usePool } from '../../state/pool-store.ts'
import { sidebar } from '../../state/sidebar-store.ts'
import { useListMenu } from '../../ui/list-menu.tsx'
import { plural } from '../../words/figures.ts'
import { GroupHead } from './group-head.tsx'
import { InstanceRow } from './instance-row.tsx'
import { instanceIdsIn, instancesKey, type InstanceListRow } from './instance-rows.ts'
import { rowPixels } from './row-height.ts'
import { instanceMenu } from './instance-menu.ts'
import { useInstanceRows } from './use-instance-rows.ts'
import { useOpened } from './use-opened.ts'
import { useShownRow } from './use-shown-row.ts'

/** The instances below their projects. As high as its lines until it has half of the room. */
export function InstanceList() {
  const { rows, pins, unread, handlers } = useInstanceRows()
  const { instanceId } = useOpened()
  const list = useRef<VirtuosoHandle>(null)
  const pickRange = usePickRange(rows)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const { rangeChanged } = useShownRow(list, instanceId, () =>
    rows.findIndex((row) => row.kind === 'instance' && row.instance.id === instanceId),
  )
  const drawn = useCallback(
    (_: number, row: InstanceListRow) =>
      row.kind === 'instance' ? (
        <InstanceRow
          instance={row.instance}
          unread={unread.get(row.instance.id) ?? 0}
          current={row.instance.id === instanceId}
          pinned={pins.has(row.instance.id)}
          home={home}
          pickRange={pickRange}
        />
      ) : (
        <Line row={row} />
      ),
    [unread, instanceId, pins, home, pickRange],
  )
  const { menu, handlers: menuHandlers } = useListMenu((about) => instanceMenu(about, rows))
  return (
    <section className="sidebar-instances" aria-label="Instance list" {...menuHandlers}>
      <Virtuoso
        ref={list}
        className="sidebar-list"
        style={{ height: rows.length * rowPixels }}
        data={rows}
        fixedItemHeight={rowPixels}
        computeItemKey={keyAt}
        increaseViewportBy={140}
        itemContent={drawn}
        tabIndex={-1}
        rangeChanged={rangeChanged}
        {...handlers}
      />
      {!rows.some(({ kind }) => kind === 'instance' || kind === 'project' || kind === 'pins') && <Empty />}
      {menu}
    </section>
  )
}

/** Chooses the rows from the one chosen last to another. */
function usePickRange(rows: readonly InstanceListRow[]): (id: string) => void {
  const latest = useRef<readonly string[]>([])
  const ids = useMemo(() => instanceIdsIn(rows), [rows])
  useEffect(() => {
    latest.current = ids
  }, [ids])
  const from = useRef<string | null>(null)
  return useCallback((id: string) => {
    const [a, b] = [latest.current.indexOf(from.current ?? id), latest.current.indexOf(id)]
    from.current = id
    sidebar.pickAll(latest.current.slice(Math.min(a < 0 ? b : a, b), Math.max(a, b) + 1))
  }, [])
}

function Line({ row }: { row: Exclude<InstanceListRow, { kind: 'instance' }> }) {
  switch (row.kind) {
    case 'instances':
      return (
        <GroupHead
          foldKey={instancesKey}
          name="Instances"
          folded={row.folded}
          figure={row.count > 0 && `${row.count}${row.memoryMb > 0 ? ` · ${row.memoryMb} MB` : ''}`}
          hasMenu={row.count > 0}
          isSection
        />
      )
    case 'pins':
      return <GroupHead foldKey={row.key} name="Pinned" folded={row.folded} figure={row.count} />
    case 'project':
      return (
        <GroupHead
          foldKey={row.key}
          name={row.name}
          title={`${row.root}\n${plural(row.ids.length, 'instance')}, ${row.working} working`}
          folded={row.folded}
          figure={row.working > 0 ? `${row.working} of ${row.ids.length}` : row.ids.length}
          hasMenu
        />
      )
  }
}

function Empty() {
  const any = usePool((state) => state.instances.size > 0)
  return any ? null : <p className="sidebar-empty">No instances yet. Click + to create one.</p>
}

const keyAt = (_: number, row: InstanceListRow) => keyOf(row)

function keyOf(row: InstanceListRow): string {
  if (row.kind === 'instance') return row.instance.id
  return row.kind === 'instances' ? instancesKey : row.key
}
