import { general } from '../../commands/commands.ts'
import { keysOf } from '../../commands/keys.ts'
import { ui } from '../../state/ui-store.ts'
import { Dialog } from '../../ui/dialog.tsx'
import './health.css'

const others = [
  { title: 'Allow the tool that asks', keys: 'mod+enter' },
  { title: 'Allow it for this conversation', keys: 'mod+shift+enter' },
  { title: 'Deny it', keys: 'mod+backspace' },
  { title: 'Stop the turn', keys: 'mod+.' },
]

/** The keys there are. */
export function ShortcutsDialog() {
  const all = [...general.flatMap(({ title, keys }) => (keys === undefined ? [] : [{ title, keys }])), ...others]
  return (
    <Dialog title="Keyboard shortcuts" onClose={ui.closeDialog}>
      <div className="keys">
        {all.map(({ title, keys }) => (
          <div key={title} style={{ display: 'contents' }}>
            <span>{title}</span>
            <kbd>{keysOf(keys)}</kbd>
          </div>
        ))}
      </div>
    </Dialog>
  )
}
