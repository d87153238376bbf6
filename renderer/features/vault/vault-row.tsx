import { Archive, SquareTerminal } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import type { VaultSession } from '../../../shared/domain/vault.ts'
import { Button } from '../../ui/button.tsx'
import { OriginChip } from '../../ui/origin-chip.tsx'
import { folderName, whenWords } from '../../words/library-words.ts'
import { openSession } from '../../commands/open-session.ts'
import { restoreSession, useBusy } from './vault-actions.ts'
import { anchorAt, pickRange } from './vault-picking.ts'
import { useVault, vault } from './vault-store.ts'
import { fateTone, fateWords, sessionWords } from './vault-words.ts'

export type VaultRowProps = { session: VaultSession; index: number; isCursor: boolean; toCursor: () => void }

/** One session of Claude Code, what becomes of it there, and what can be done with it here. */
export const VaultRow = memo(function VaultRow({ session, index, isCursor, toCursor }: VaultRowProps) {
  const { sessionId, title, cwd, updatedAt, isInClaude } = session
  const isLookedAt = useVault((state) => state.openId === sessionId)
  const isBusy = useBusy((state) => state.ids.has(sessionId))
  const isPicked = useVault((state) => state.picked.has(sessionId))
  const onPick = (event: MouseEvent) => {
    if (event.shiftKey) void pickRange(index)
    else {
      vault.pick([session], !isPicked)
      anchorAt(index)
    }
    toCursor()
  }
  const Icon = isInClaude ? SquareTerminal : Archive
  return (
    <div className="list-row vault-row" data-session={sessionId} data-index={index} data-looked-at={isLookedAt} data-picked={isPicked}>
      <span className="list-pick">
        <input
          type="checkbox"
          aria-label={`Select ${title}`}
          checked={isPicked}
          tabIndex={-1}
          onClick={onPick}
          onChange={() => undefined}
        />
      </span>
      <span className="list-mark" title={isInClaude ? 'Claude Code has it' : 'Only the vault has it'}>
        <Icon size={14} strokeWidth={1.75} aria-hidden />
      </span>
      <button
        type="button"
        className="list-open vault-open"
        tabIndex={isCursor ? 0 : -1}
        aria-expanded={isLookedAt}
        title={title}
        onFocus={toCursor}
        onClick={() => vault.look(isLookedAt ? null : sessionId)}
      >
        <span>{title}</span>
        <small>{sessionWords(session)}</small>
      </button>
      {session.origin && (
        <span className="list-origin">
          <OriginChip origin={session.origin} words="name" inRow />
        </span>
      )}
      <span className="vault-folder" title={cwd ?? undefined}>
        {folderName(cwd)}
      </span>
      <span className="vault-when figure" title={new Date(updatedAt).toLocaleString()}>
        {whenWords(updatedAt)}
      </span>
      <span className="vault-fate" data-tone={fateTone(session)}>
        {fateWords(session)}
      </span>
      <span className="vault-acts">
        {isInClaude ? null : (
          <Button small tabIndex={-1} disabled={isBusy} onClick={() => void restoreSession(session)} aria-label={`Restore ${title}`}>
            Restore
          </Button>
        )}
        <Button
          small
          variant="quiet"
          tabIndex={-1}
          disabled={isBusy}
          onClick={() => openSession(session.sessionId)}
          aria-label={`Open ${title}`}
        >
          Open
        </Button>
      </span>
    </div>
  )
})

/** A row that is on its way. */
export function PendingVaultRow() {
  return (
    <div className="list-row vault-row" aria-hidden>
      <span className="list-pending" />
    </div>
  )
}
