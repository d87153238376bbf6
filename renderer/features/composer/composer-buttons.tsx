import { ArrowUp, Square, SquareTerminal } from 'lucide-react'
import { ChordHint } from '../../ui/chord-hint.tsx'

type ComposerButtonsProps = { busy: boolean; canSend: boolean; isEmpty: boolean; isCommand: boolean; stop: () => void }

/** Stop while a turn runs, and what sends. */
export function ComposerButtons({ busy, canSend, isEmpty, isCommand, stop }: ComposerButtonsProps) {
  const send = isCommand ? 'Run this command' : busy ? 'Send; queued until the current turn finishes' : 'Send'
  const Icon = isCommand ? SquareTerminal : ArrowUp
  return (
    <span className="composer-buttons">
      {busy && (
        <button type="button" className="composer-stop" onClick={stop} title="End the turn and keep what was said (Esc)">
          <Square size={12} strokeWidth={1.75} aria-hidden />
          Stop <ChordHint keys={['mod', '.']} />
        </button>
      )}
      {(!busy || !isEmpty) && (
        <button type="submit" className="composer-send" disabled={!canSend} aria-label={send} title={send}>
          <Icon size={16} strokeWidth={2} aria-hidden />
        </button>
      )}
    </span>
  )
}
