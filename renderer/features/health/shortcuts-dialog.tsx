import { general } from '../../commands/commands.ts'
import { keysOf, numberKeys } from '../../commands/keys.ts'
import { bridge } from '../../connection/bridge.ts'
import { ui } from '../../state/ui-store.ts'
import { Dialog } from '../../ui/dialog.tsx'
import './health.css'

type Line = { title: string; keys: string }

const groups: readonly { title: string; lines: readonly Line[] }[] = [
  {
    title: 'Everywhere',
    lines: [
      ...general.flatMap(({ title, keys }) => (keys === undefined ? [] : [{ title, keys }])),
      { title: 'Conversation 1 to 9 of the sidebar', keys: `${numberKeys({ desktop: bridge !== null })}+1…9` },
    ],
  },
  {
    title: 'In the sidebar',
    lines: [
      { title: 'Select an instance', keys: 'mod+click' },
      { title: 'Select several', keys: 'shift+click' },
    ],
  },
  {
    title: 'When a tool asks',
    lines: [
      { title: 'Allow it once', keys: 'mod+enter' },
      { title: 'Allow it for this conversation', keys: 'mod+shift+enter' },
      { title: 'Deny it', keys: 'mod+backspace' },
    ],
  },
  {
    title: 'While you write',
    lines: [
      { title: 'Bring back an earlier message', keys: '↑' },
      { title: 'Stop the turn', keys: 'esc' },
      { title: 'Edit the last message', keys: 'esc esc' },
      { title: 'Next permission mode', keys: 'shift+tab' },
      { title: 'Run a command in the folder', keys: '!' },
      { title: 'Send (always)', keys: 'mod+enter' },
    ],
  },
  { title: 'In a conversation', lines: [{ title: 'Stop the turn', keys: 'mod+.' }] },
  {
    title: 'Among changes',
    lines: [
      { title: 'Next, previous change', keys: 'n p' },
      { title: 'Next, previous file', keys: 'j k' },
      { title: 'Select lines', keys: 'shift+↓' },
      { title: 'Comment on selected lines', keys: 'c' },
      { title: 'Include in the commit, or leave out', keys: 'x' },
      { title: 'Take back selected lines', keys: 'u' },
      { title: 'Side by side', keys: 's' },
      { title: 'Ignore white space', keys: 'w' },
      { title: 'Search changes', keys: '/' },
      { title: 'Filter files', keys: 'f' },
    ],
  },
  {
    title: 'In the library',
    lines: [
      { title: 'Select a conversation', keys: 'space' },
      { title: 'Select several', keys: 'shift+↓' },
      { title: 'Archive, or restore', keys: 'e' },
      { title: 'Delete', keys: 'delete' },
    ],
  },
]

/** The keys there are. */
export function ShortcutsDialog() {
  return (
    <Dialog title="Keyboard shortcuts" onClose={ui.closeDialog}>
      {groups.map(({ title, lines }) => (
        <section key={title}>
          <h2 className="keys-title">{title}</h2>
          <dl className="keys">
            {lines.map((line) => (
              <div key={line.title}>
                <dt>{line.title}</dt>
                <dd>
                  <kbd>{keysOf(line.keys)}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  )
}
