import { ArrowUp, ChevronDown, Square, SquareTerminal } from 'lucide-react'
import type { SendWhen } from '../../../shared/domain/task.ts'
import { keysOf } from '../../commands/keys.ts'
import { ChordHint } from '../../ui/chord-hint.tsx'
import { ButtonMenu, type MenuEntry } from '../../ui/menu.tsx'
import { sendNowKeys } from './composer-keys.ts'

type ComposerButtonsProps = {
  busy: boolean
  canSend: boolean
  isEmpty: boolean
  isCommand: boolean
  enterSends: boolean
  stop: () => void
  /** Ends the turn, and what waits behind it comes back here; absent where nothing waits. */
  stopAndClear?: (() => void) | undefined
  send: (when: SendWhen) => void
}

/** Stop while a turn runs, and what sends. */
export function ComposerButtons(props: ComposerButtonsProps) {
  const { busy, canSend, isEmpty, isCommand, stop, stopAndClear } = props
  const send = isCommand ? 'Run this command' : busy ? 'Send; queued until the current turn finishes' : 'Send'
  const Icon = isCommand ? SquareTerminal : ArrowUp
  return (
    <span className="composer-buttons">
      {busy && (
        <span className="composer-split">
          <button type="button" className="composer-stop" onClick={stop} title="Stop Claude and keep what it has said (Esc)">
            <Square size={12} strokeWidth={1.75} aria-hidden />
            Stop <ChordHint keys={['mod', '.']} />
          </button>
          {stopAndClear && <More label="More ways to stop" className="composer-stop" entries={stopEntries(stop, stopAndClear)} />}
        </span>
      )}
      {(!busy || !isEmpty) && (
        <span className="composer-split">
          <button type="submit" className="composer-send" disabled={!canSend} aria-label={send} title={send}>
            <Icon size={16} strokeWidth={2} aria-hidden />
          </button>
          {busy && canSend && !isCommand && <More label="When to send" className="composer-send" entries={sendEntries(props)} />}
        </span>
      )}
    </span>
  )
}

function More({ label, className, entries }: { label: string; className: string; entries: readonly MenuEntry[] }) {
  return (
    <ButtonMenu entries={entries}>
      <button type="button" className={`${className} composer-more`} aria-label={label} title={label}>
        <ChevronDown size={14} strokeWidth={2} aria-hidden />
      </button>
    </ButtonMenu>
  )
}

function sendEntries({ send, enterSends }: ComposerButtonsProps): MenuEntry[] {
  return [
    { id: 'now', label: `Send now (${keysOf(sendNowKeys(enterSends))})`, hint: 'Claude reads it at its next step', run: () => send('now') },
    { id: 'after', label: 'Send after this turn', hint: 'Sent when this turn finishes', run: () => send('after') },
    { id: 'interrupt', label: 'Stop and send', hint: 'Ends the turn; this is sent next', run: () => send('interrupt') },
  ]
}

function stopEntries(stop: () => void, stopAndClear: () => void): MenuEntry[] {
  return [
    { id: 'stop', label: 'Stop', hint: 'Queued messages are sent next', run: stop },
    { id: 'clear', label: 'Stop and clear the queue', hint: 'Queued messages go back to the composer', run: stopAndClear },
  ]
}
