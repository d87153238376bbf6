import type { PoolLogEntry } from '../../../shared/domain/pool.ts'
import { usePool } from '../../state/pool-store.ts'
import '../../ui/page.css'
import { AskBox } from './ask-box.tsx'
import { InstanceTable } from './instance-table.tsx'
import './pool.css'
import { PolicyForm } from './policy-form.tsx'
import { QueueSection } from './queue-section.tsx'
import { TemplateForm } from './template-form.tsx'

/** All instances together: what each holds, how work finds one, what waits, and what was done by itself. */
export function PoolScreen() {
  const status = usePool((state) => state.pool)
  return (
    <main className="page">
      <div className="pool">
        <div className="pool-top">
          <h1 className="page-head">Pool</h1>
          <InstanceTable />
        </div>
        <div className="pool-columns">
          <div className="pool-work">
            <AskBox />
            <QueueSection />
            {status && <Log entries={status.log} />}
          </div>
          {status && (
            <div className="pool-work">
              <PolicyForm status={status} />
              <TemplateForm template={status.policy.template} />
            </div>
          )}
        </div>
      </div>
    </main>
  )
}

function Log({ entries }: { entries: readonly PoolLogEntry[] }) {
  return (
    <section>
      <h2>Pool log</h2>
      {entries.length === 0 ? (
        <p className="pool-why">Nothing yet. Pool actions and their reasons appear here.</p>
      ) : (
        <ul className="pool-log">
          {entries.slice(0, 50).map((entry) => (
            <li key={`${entry.at} ${entry.instanceId ?? ''} ${entry.act} ${entry.reason}`}>
              <time className="figure" dateTime={entry.at}>
                {new Date(entry.at).toLocaleTimeString()}
              </time>
              <span>{logWords(entry)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const actWords: Record<PoolLogEntry['act'], string> = {
  parked: 'was parked',
  renewed: 'was renewed',
  made: 'was created',
  'not-made': 'could not be created',
  removed: 'was removed',
  chosen: 'was chosen',
  'spare-ended': 'was ended',
  'aside-ended': 'gave back its memory',
  'spare-lost': 'died',
  waits: 'waits',
  'budget-off': 'has no memory limit now',
  'budget-on': 'keeps to its memory limit again',
}

function logWords({ instanceName, act, reason }: PoolLogEntry): string {
  return `${instanceName} ${actWords[act]}: ${reason.replace(/[.]$/, '')}.`
}
