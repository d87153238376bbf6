import { X } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import type { Panes } from '../../state/panes.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'

/** The same panes where there is no room for them side by side: one is shown, the others are tabs. */
export function PaneTabs({ panes }: { panes: Panes }) {
  const conversations = usePool((state) => state.conversations)
  const asking = usePool((state) => state.approvals)
  const waiting = new Set([...asking.values()].map(({ conversationId }) => conversationId))
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    ui.stepPane(event.key === 'ArrowRight' ? 1 : -1)
    const tabs = event.currentTarget
    requestAnimationFrame(() => tabs.querySelector<HTMLElement>('[aria-selected="true"]')?.focus())
  }
  return (
    <div className="pane-tabs">
      <div className="pane-tab-list" role="tablist" aria-label="Conversations" tabIndex={-1} onKeyDown={onKey}>
        {panes.items.map(({ id }, at) => (
          <button
            key={id}
            type="button"
            role="tab"
            className="pane-tab"
            aria-selected={at === panes.active}
            tabIndex={at === panes.active ? 0 : -1}
            onClick={() => ui.activatePane(at)}
          >
            {waiting.has(id) && (
              <span className="pane-asks" title="Waiting for you">
                <span className="sr-only">Waiting for you: </span>
              </span>
            )}
            <bdi className="pane-tab-title">{conversations.get(id)?.title ?? 'Conversation'}</bdi>
          </button>
        ))}
      </div>
      <IconButton label="Close this pane" icon={X} size={14} onClick={() => ui.closePane()} />
    </div>
  )
}
