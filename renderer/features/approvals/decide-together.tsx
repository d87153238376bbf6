import { useEffect, useRef, useState } from 'react'
import type { Approval } from '../../../shared/domain/approval.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { errorWords } from '../../words/error-words.ts'
import { plural } from '../../words/figures.ts'
import { ApprovalInput } from './approval-input.tsx'
import { approvalTitle } from './approval-words.ts'
import { mostTogether, together } from './together.ts'
import './approvals.css'

/** Several requests of one tool, each shown whole before they are allowed with one click. */
export function DecideTogetherDialog({ tool }: { tool: string }) {
  const approvals = usePool((state) => state.approvals)
  const waiting = together([...approvals.values()], tool).slice(0, mostTogether)
  const [out, setOut] = useState<ReadonlySet<string>>(new Set())
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  const [sending, setSending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const chosen = waiting.filter(({ id }) => !out.has(id))
  const unseen = chosen.filter(({ id }) => !seen.has(id)).length
  const isOver = waiting.length === 0
  useEffect(() => {
    if (isOver) ui.closeDialog()
  }, [isOver])
  const decide = async (decision: 'allow' | 'deny') => {
    setSending(true)
    setProblem(null)
    try {
      const { failed } = await client.approvals.decideSeveral({ ids: chosen.map(({ id }) => id), decision })
      const [first] = failed
      if (first) setProblem(`${plural(failed.length, 'request')} could not be answered: ${first.message}`)
    } catch (thrown) {
      setProblem(errorWords(thrown))
    } finally {
      setSending(false)
    }
  }
  const none = chosen.length === 0 || sending
  const footer = (
    <>
      <p className="together-note" aria-live="polite">
        {problem ?? (unseen > 0 ? `${unseen.toLocaleString('en-US')} not seen in full yet.` : '')}
      </p>
      <Button variant="danger" disabled={none} onClick={() => void decide('deny')}>
        Deny these {chosen.length}
      </Button>
      <Button variant="primary" disabled={none || unseen > 0} onClick={() => void decide('allow')}>
        Allow these {chosen.length}
      </Button>
    </>
  )
  return (
    <Dialog title={`Decide ${waiting.length} together`} onClose={ui.closeDialog} footer={footer}>
      <ul className="together">
        {waiting.map((approval) => (
          <Item
            key={approval.id}
            approval={approval}
            chosen={!out.has(approval.id)}
            onChoose={(isIn) => setOut(changed(out, approval.id, !isIn))}
            onSeen={(isSeen) => setSeen((before) => changed(before, approval.id, isSeen))}
          />
        ))}
      </ul>
    </Dialog>
  )
}

type ItemProps = { approval: Approval; chosen: boolean; onChoose: (chosen: boolean) => void; onSeen: (seen: boolean) => void }

/** One of them: seen when its end has been in sight and nothing of it is folded away. */
function Item({ approval, chosen, onChoose, onSeen }: ItemProps) {
  const instance = usePool((state) => state.instances.get(approval.instanceId))
  const home = usePool((state) => state.health?.platform.home ?? null)
  const [hidden, setHidden] = useState(false)
  const [reached, setReached] = useState(false)
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(onSeen)
  useEffect(() => {
    latest.current = onSeen
  })
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && setReached(true))
    if (end.current) observer.observe(end.current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => latest.current(reached && !hidden), [reached, hidden])
  const places = { cwd: instance?.cwd ?? null, home }
  return (
    <li className="together-item">
      <label className="together-head">
        <input type="checkbox" checked={chosen} onChange={(event) => onChoose(event.target.checked)} />
        <span>{approvalTitle(approval, places)}</span>
        <span className="approval-waiting">{instance?.name}</span>
      </label>
      <ApprovalInput approval={approval} places={places} onHidden={setHidden} />
      <div ref={end} className="together-end" />
    </li>
  )
}

function changed(set: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  if (set.has(id) === isIn) return set
  const next = new Set(set)
  if (isIn) next.add(id)
  else next.delete(id)
  return next
}
