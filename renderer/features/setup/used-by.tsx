import type { UserOf } from '../../../shared/domain/secret.ts'
import { ui } from '../../state/ui-store.ts'
import { VisibleText } from '../../ui/visible-text.tsx'

type User = UserOf & { note?: string | null }

const most = 12

/** Who uses something. An instance leads to its page; what has a note, to what can be done about it. */
export function UsedBy({ users, onChanged }: { users: readonly User[]; onChanged?: (instanceId: string) => void }) {
  if (users.length === 0) return null
  return (
    <small className="setup-users">
      Used by{' '}
      {users.slice(0, most).map((user, place) => (
        <span key={`${user.kind} ${user.id}`} dir="auto">
          {place > 0 && ', '}
          {user.kind === 'instance' ? (
            <button type="button" className="text-link" onClick={() => ui.go({ name: 'instance', id: user.id })}>
              <VisibleText text={user.name} />
            </button>
          ) : (
            <>
              {user.kind === 'profile' ? 'profile ' : 'server '}
              <VisibleText text={user.name} />
            </>
          )}
          {typeof user.note === 'string' && (
            <>
              {' '}
              <button type="button" className="text-link setup-note" onClick={() => onChanged?.(user.id)}>
                {user.note}
              </button>
            </>
          )}
        </span>
      ))}
      {users.length > most && ` and ${users.length - most} more`}
    </small>
  )
}
