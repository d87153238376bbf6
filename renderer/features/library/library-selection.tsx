import { client } from '../../connection/connection.ts'
import { errorWords } from '../../connection/error-words.ts'
import { toast } from '../../state/toasts.ts'
import { useStore } from 'zustand'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { actOn, useWork } from './library-actions.ts'
import { library, useLibrary, windows } from './library-store.ts'
import { plural } from '../conversations/figures.ts'

/** What can be done with the rows that were picked, and how far it is. */
export function Selection() {
  const picked = useLibrary((state) => state.picked)
  const { work } = useWork()
  const state = useLibrary(({ query }) => query.state)
  if (work) return <Progress />
  if (picked.size === 0) return state === 'trash' ? <TrashLine /> : null
  const ids = [...picked.keys()]
  const states = new Set([...picked.values()].map((item) => item?.state ?? (state === 'all' ? 'active' : state)))
  const act = (action: 'archive' | 'restore') => void actOn(action, ids).then(library.pickNone)
  return (
    <fieldset className="library-bar" aria-label="What to do with the picked conversations">
      <strong className="figure">{picked.size.toLocaleString('en-US')} picked</strong>
      <PickAll />
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
      <Button small variant="quiet" onClick={library.pickNone}>
        Pick none
      </Button>
    </fieldset>
  )
}

function PickAll() {
  const total = useStore(windows.store, (state) => state.total)
  const picked = useLibrary((state) => state.picked.size)
  if (picked >= total) return null
  const pickAll = () => {
    const { query } = useLibrary.getState()
    client.library.ids(query).then(
      ({ ids }) => library.pickIds(ids),
      (thrown: unknown) => toast(errorWords(thrown), 'error'),
    )
  }
  return (
    <Button small variant="quiet" onClick={pickAll}>
      Pick all {total.toLocaleString('en-US')}
    </Button>
  )
}

function TrashLine() {
  const total = useStore(windows.store, (state) => state.total)
  return (
    <div className="library-bar">
      <span>What was deleted stays here for 30 days.</span>
      {total > 0 && (
        <Button small variant="danger" onClick={() => ui.openDialog({ name: 'empty-trash' })}>
          Empty trash…
        </Button>
      )}
    </div>
  )
}

function Progress() {
  const { work } = useWork()
  if (!work) return null
  const { verb, done, total, stop } = work
  return (
    <output className="library-bar">
      <span className="figure">
        {verb} {done.toLocaleString('en-US')} of {plural(total, 'conversation')}
      </span>
      <progress value={done} max={total} aria-label={verb} />
      <Button small onClick={stop}>
        Stop
      </Button>
    </output>
  )
}
