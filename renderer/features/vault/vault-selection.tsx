import { useStore } from 'zustand'
import { Button } from '../../ui/button.tsx'
import { PickedBar, WorkBar } from '../../ui/picked-bar.tsx'
import { plural } from '../../words/figures.ts'
import { exportMany, openMany, restoreMany, useManyWork } from './vault-many.ts'
import { pickAll } from './vault-picking.ts'
import { useVault, vault, windows } from './vault-store.ts'

/** What can be done with the sessions that were picked, and how far it is. */
export function VaultSelection() {
  const picked = useVault((state) => state.picked)
  const total = useStore(windows.store, (state) => state.total)
  const { work } = useManyWork()
  if (work) return <WorkBar {...work} words={`${work.verb} ${work.done.toLocaleString('en-US')} of ${plural(work.total, 'session')}`} />
  if (picked.size === 0) return null
  const sessions = [...picked.values()]
  const act = (what: typeof openMany | typeof restoreMany | typeof exportMany) => void what(sessions).then(vault.pickNone)
  return (
    <PickedBar
      label="Actions for the selected sessions"
      picked={picked.size}
      total={total}
      pickAll={() => void pickAll()}
      pickNone={vault.pickNone}
    >
      <Button small onClick={() => act(openMany)}>
        Open as conversations
      </Button>
      {sessions.some(({ isInClaude }) => !isInClaude) && (
        <Button small onClick={() => act(restoreMany)}>
          Restore
        </Button>
      )}
      <Button small onClick={() => act(exportMany)} title="They become conversations first">
        Export…
      </Button>
    </PickedBar>
  )
}
