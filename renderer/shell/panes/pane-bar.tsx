import { Ellipsis, X } from 'lucide-react'
import { paneEntries } from '../../commands/pane-actions.ts'
import type { Panes } from '../../state/panes.ts'
import { ui } from '../../state/ui-store.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { ButtonMenu } from '../../ui/menu.tsx'

/** Above a pane: its number, whether it is the active one, and what can be done with it. */
export function PaneBar({ at, panes }: { at: number; panes: Panes }) {
  const active = at === panes.active
  return (
    <div className="pane-bar">
      <span className="pane-number figure" aria-hidden>
        {at + 1}
      </span>
      {active && <span className="pane-active">Active</span>}
      <span className="pane-buttons">
        <ButtonMenu entries={paneEntries(at)}>
          <button type="button" className="icon-button" aria-label={`Actions for pane ${at + 1}`} title="Move, resize, close">
            <Ellipsis size={14} strokeWidth={1.75} aria-hidden />
          </button>
        </ButtonMenu>
        <IconButton label={`Close pane ${at + 1}`} icon={X} size={14} onClick={() => ui.closePane(at)} />
      </span>
    </div>
  )
}
