import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { useStore } from 'zustand'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { PickedBar, WorkBar } from '../../ui/picked-bar.tsx'
import { actOn, useWork } from '../../commands/library-actions.ts'
import { library, useLibrary, windows } from '../../state/library-store.ts'
import { plural } from '../../words/figures.ts'

/** What can be done with the rows that were picked, and how far it is. */
export function Selection() {
  const picked = useLibrary((state) => state.picked)
  const { work } = useWork()
  const total = useStore(windows.store, (list) => list.total)
  const state = useLibrary(({ query }) => query.state)
  if (work)
    return <WorkBar {...work} words={`${work.verb} ${work.done.toLocaleString('en-US')} of ${plural(work.total, 'conversation')}`} />
  if (picked.size === 0) return state === 'trash' ? <TrashLine /> : null
  const ids = [...picked.keys()]
  const states = new Set([...picked.values()].map((item) => item?.state ?? (state === 'all' ? 'active' : state)))
  const act = (action: 'archive' | 'restore') => void actOn(action, ids).then(library.pickNone)
  return (
    <PickedBar
      label="Actions for the selected conversations"
      picked={picked.size}
      total={total}
      pickAll={pickAll}
      pickNone={library.pickNone}
    >
      {states.has('active') && (
        <Button small onClick={() => act('archive')}>
          Archive
        </Button>
      )}
      {(states.has('archived') || states.has('trash')) && (
        <Button small onClick={() => act('restore')}>
          Restore
        </Button>
      )}
      {!states.has('trash') && (
        <Button small onClick={() => ui.openDialog({ name: 'tag-conversations', ids })}>
          Tag…
        </Button>
      )}
      {!states.has('trash') && (
        <Button small onClick={() => ui.openDialog({ name: 'export', ids })}>
          Export…
        </Button>
      )}
      <Button small variant="danger" onClick={() => ui.openDialog({ name: 'delete-conversations', ids, trashed: states.has('trash') })}>
        Delete…
      </Button>
    </PickedBar>
  )
}

function pickAll(): void {
  const { query } = useLibrary.getState()
  client.library.ids(query).then(
    ({ ids }) => library.pickIds(ids),
    (thrown: unknown) => toast(errorWords(thrown), 'error'),
  )
}

function TrashLine() {
  const total = useStore(windows.store, (state) => state.total)
  return (
    <div className="list-bar">
      <span>Deleted conversations stay here for 30 days.</span>
      {total > 0 && (
        <Button small variant="danger" onClick={() => ui.openDialog({ name: 'empty-trash' })}>
          Empty trash…
        </Button>
      )}
    </div>
  )
}
