import { Hourglass, RotateCcw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Instance } from '../../../shared/domain/instance.ts'
import { leaseWords, type Lease } from '../../../shared/domain/lease.ts'
import { client } from '../../connection/connection.ts'
import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { formatClock, formatWhen } from '../../words/figures.ts'
import { adviceFor } from './instance-advice.ts'
import { attempt } from '../../commands/instance-actions.ts'
import { RemedyButtons } from './remedy-buttons.tsx'

/** What is wrong with an instance, or what it waits for, and what to do about it; nothing when all is well. */
export function InstanceNotice({ instance, now }: { instance: Instance; now: number }) {
  const { id, state, error, approvals, restartAt, stalledSince } = instance
  if (state === 'failed')
    return (
      <Notice
        failed
        icon={<TriangleAlert size={16} strokeWidth={1.75} aria-hidden />}
        title={adviceFor(error).title}
        words={error?.message}
      >
        <RemedyButtons instance={instance} />
      </Notice>
    )
  if (instance.process?.suspended)
    return (
      <Notice
        icon={<Hourglass size={16} strokeWidth={1.75} aria-hidden />}
        title="Suspended by the system"
        words="Another program or a terminal suspended its process. It does nothing until resumed."
      >
        <Button small variant="primary" onClick={() => attempt(client.instances.resume({ id }))}>
          Resume
        </Button>
      </Notice>
    )
  if (approvals > 0)
    return (
      <Notice
        icon={<TriangleAlert size={16} strokeWidth={1.75} aria-hidden />}
        title="Waiting for your approval"
        words="Its turn continues once you answer."
      >
        <Button small variant="primary" onClick={() => ui.go({ name: 'needs-you' })}>
          Review
        </Button>
      </Notice>
    )
  if (restartAt !== null)
    return (
      <Notice
        icon={<RotateCcw size={16} strokeWidth={1.75} aria-hidden />}
        title={`Its process ended; the next one starts in ${Math.max(0, Math.ceil((Date.parse(restartAt) - now) / 1_000))} s`}
        words={error?.message}
      >
        <Button small onClick={() => attempt(client.instances.restart({ id }))}>
          Start now
        </Button>
      </Notice>
    )
  if (stalledSince !== null)
    return (
      <Notice
        icon={<Hourglass size={16} strokeWidth={1.75} aria-hidden />}
        title={`No output for ${formatClock(now - Date.parse(stalledSince))}`}
        words="A long command or a slow model can be the reason. To stop waiting, stop the turn or restart the instance."
      >
        <Button small onClick={() => attempt(client.instances.interrupt({ id }))}>
          Stop the turn
        </Button>
        <Button small onClick={() => attempt(client.instances.restart({ id }))}>
          Restart
        </Button>
      </Notice>
    )
  return instance.lease ? <LeaseNotice lease={instance.lease} /> : null
}

function LeaseNotice({ lease }: { lease: Lease }) {
  return (
    <Notice
      icon={<Hourglass size={16} strokeWidth={1.75} aria-hidden />}
      title={leaseWords(lease, formatWhen)}
      words="Tasks from others wait until then. Your messages still go through."
    >
      <Button small onClick={() => attempt(client.pool.giveBack({ id: lease.id }))}>
        Give back
      </Button>
    </Notice>
  )
}

type NoticeProps = { icon: ReactNode; title: string; words?: string | undefined; failed?: boolean; children: ReactNode }

function Notice({ icon, title, words, failed = false, children }: NoticeProps) {
  return (
    <section className={failed ? 'instance-notice instance-notice-failed' : 'instance-notice'}>
      {icon}
      <div>
        <h2>{title}</h2>
        {words !== undefined && <p>{words}</p>}
        <div className="instance-acts">{children}</div>
      </div>
    </section>
  )
}
