import { showTrash } from '../../commands/library-entries.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { usePanePlace } from '../../ui/pane-place.ts'
import '../../ui/page.css'

/** What stands where a conversation was that is there no more. */
export function GoneConversation({ id }: { id: string }) {
  const { beside } = usePanePlace()
  const Main = beside ? 'div' : 'main'
  return (
    <Main className="page">
      <div className="page-empty">
        <h1>This conversation is gone</h1>
        <p>It was deleted, or this address is from another computer. What was deleted in the last 30 days is in the trash.</p>
        <p className="gone-buttons">
          <Button onClick={() => leave(id)}>{beside ? 'Close pane' : 'Go to the start page'}</Button>
          <Button variant="quiet" onClick={showTrash}>
            Open the trash
          </Button>
        </p>
      </div>
    </Main>
  )
}

/** Its changes are no pane: they are left for the start page. */
function leave(id: string): void {
  const isChanges = useUi.getState().screen.name === 'changes'
  ui.leaveConversation(id)
  if (isChanges) ui.go({ name: 'start' })
}
