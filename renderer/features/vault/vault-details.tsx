import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { VaultAgent, VaultEarlier, VaultSession } from '../../../shared/domain/vault.ts'
import { client } from '../../connection/connection.ts'
import { errorWords } from '../../words/error-words.ts'
import { usePool } from '../../state/pool-store.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { OriginChip } from '../../ui/origin-chip.tsx'
import { formatBytes, formatCost, plural, shortPath } from '../../words/figures.ts'
import { openSession } from '../../commands/open-session.ts'
import { copyResume, restoreSession, useBusy } from './vault-actions.ts'
import { vault } from './vault-store.ts'
import { fateSentence } from './vault-words.ts'

type Detailed = VaultSession & { agents: VaultAgent[]; earlier: VaultEarlier[]; diskBytes: number }

/** All that is known of one session, beside the list. */
export function VaultDetails({ sessionId }: { sessionId: string }) {
  const { session, problem } = useSession(sessionId)
  return (
    <aside className="vault-details" aria-label="Session">
      <div className="vault-details-head">
        <h2>{session?.title ?? 'Session'}</h2>
        <IconButton label="Close" icon={X} onClick={() => vault.look(null)} />
      </div>
      {problem !== null && <p role="alert">{problem}</p>}
      {session && <Facts session={session} />}
    </aside>
  )
}

function useSession(sessionId: string): { session: Detailed | null; problem: string | null } {
  const revision = usePool((state) => state.vault?.revision)
  const [known, setKnown] = useState<{ session: Detailed | null; problem: string | null }>({ session: null, problem: null })
  useEffect(() => {
    let stays = true
    client.vault.get({ sessionId }).then(
      (session) => stays && setKnown({ session, problem: null }),
      (thrown: unknown) => stays && setKnown({ session: null, problem: errorWords(thrown) }),
    )
    return () => {
      stays = false
    }
  }, [sessionId, revision])
  return known.session?.sessionId === sessionId || known.problem !== null ? known : { session: null, problem: null }
}

function Facts({ session }: { session: Detailed }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const isBusy = useBusy((state) => state.ids.has(session.sessionId))
  const facts: (readonly [label: string, value: string | null])[] = [
    ['Folder', session.cwd === null ? null : shortPath(session.cwd, { home })],
    ['Model', session.model],
    ['Started', new Date(session.createdAt).toLocaleString()],
    ['Last used', new Date(session.updatedAt).toLocaleString()],
    ['Messages', session.messageCount.toLocaleString('en-US')],
    ['Size', formatBytes(session.bytes)],
    ['On disk', formatBytes(session.diskBytes)],
    ['Cost', session.costUsd === null ? null : formatCost(session.costUsd)],
    ['Forked from', session.parentSessionId],
    ['Not readable', session.damagedLines > 0 ? `${plural(session.damagedLines, 'line')}, kept in the copy` : null],
    ['Session', session.sessionId],
  ]
  return (
    <>
      <p>{fateSentence(session)}</p>
      {session.origin && (
        <p>
          <OriginChip origin={session.origin} words="phrase" />
        </p>
      )}
      <div className="vault-details-acts">
        {!session.isInClaude && (
          <Button variant="primary" disabled={isBusy} onClick={() => void restoreSession(session)}>
            Restore
          </Button>
        )}
        <Button disabled={isBusy} onClick={() => openSession(session.sessionId)}>
          {session.inTrash ? 'Restore conversation' : 'Open as a conversation'}
        </Button>
        <Button variant="quiet" onClick={() => void copyResume(session)}>
          Copy resume command
        </Button>
      </div>
      <dl>
        {facts.map(([label, value]) =>
          value === null ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {session.earlier.length > 0 && <Earlier session={session} />}
      {session.agents.length > 0 && <Agents agents={session.agents} />}
    </>
  )
}

/** What the transcript was before it was rewritten. */
function Earlier({ session }: { session: Detailed }) {
  const isBusy = useBusy((state) => state.ids.has(session.sessionId))
  return (
    <section>
      <h3>{plural(session.earlier.length, 'earlier copy', 'earlier copies')}</h3>
      <p className="vault-note">
        Saved before the transcript was rewritten.{' '}
        {session.isInClaude ? 'Claude Code still has this session, so a restored copy becomes a separate session.' : ''}
      </p>
      <ul className="vault-earlier">
        {session.earlier.toReversed().map(({ version, until, bytes }) => (
          <li key={version}>
            <span>Until {new Date(until).toLocaleString()}</span>
            <small className="figure">{formatBytes(bytes)}</small>
            <Button
              small
              disabled={isBusy}
              aria-label={`Restore the copy until ${new Date(until).toLocaleString()}`}
              onClick={() => void restoreSession(session, version)}
            >
              Restore
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Agents({ agents }: { agents: readonly VaultAgent[] }) {
  return (
    <section>
      <h3>{plural(agents.length, 'sub-agent')}</h3>
      <ul className="vault-agents">
        {agents.map(({ agentId, title, model, messageCount }) => (
          <li key={agentId}>
            <span>{title}</span>
            <small>{[plural(messageCount, 'message'), model].filter(Boolean).join(' · ')}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
