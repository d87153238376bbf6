import type { Instance } from '../../../shared/domain/instance.ts'
import type { PoolLogEntry, PoolStatus } from '../../../shared/domain/pool.ts'
import { usePool } from '../../state/pool-store.ts'
import { StateMark } from '../../ui/state-mark.tsx'
import { formatDuration } from '../conversations/figures.ts'
import { useNow } from '../conversations/use-now.ts'
import { showInstance } from '../instances/instance-actions.ts'
import { instanceLine, markOf } from '../instances/instance-words.ts'
import '../needs-you/needs-you.css'
import { AskBox } from './ask-box.tsx'
import './pool.css'
import { PolicyForm } from './policy-form.tsx'

/** All instances together: what each holds, how work finds one, and what was done by itself. */
export function PoolScreen() {
  const status = usePool((state) => state.pool)
  return (
    <main className="page">
      <div className="pool">
        <div className="page-head" style={{ marginBottom: -12 }}>
          <h1>Pool</h1>
        </div>
        <Instances />
        <AskBox />
        {status && <PolicyForm status={status} />}
        {status && <Log entries={status.log} />}
      </div>
    </main>
  )
}

function Instances() {
  const instances = usePool((state) => state.instances)
  const status = usePool((state) => state.pool)
  const all = [...instances.values()].toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  return (
    <section className="pool-wide">
      <table className="pool-table">
        <thead>
          <tr>
            <th>Instance</th>
            <th>Process</th>
            <th className="pool-number">Memory</th>
            <th className="pool-number">Age</th>
            <th className="pool-number">Waiting</th>
            <th>Now</th>
          </tr>
        </thead>
        <tbody>
          {all.map((instance) => (
            <Row key={instance.id} instance={instance} />
          ))}
        </tbody>
      </table>
      <p className="pool-why figure">{all.length === 0 ? 'No instance yet.' : summaryOf(all, status)}</p>
    </section>
  )
}

function Row({ instance }: { instance: Instance }) {
  const now = useNow(instance.process !== null)
  const home = usePool((state) => state.health?.platform.home ?? null)
  const { process } = instance
  return (
    <tr>
      <td>
        <button type="button" className="pool-name" onClick={() => showInstance(instance)}>
          <StateMark mark={markOf(instance)} />
          {instance.name}
        </button>
      </td>
      <td>{process?.origin ?? 'none'}</td>
      <td className="figure pool-number">{process?.memoryMb ? `${process.memoryMb} MB` : ''}</td>
      <td className="figure pool-number">{process ? formatDuration(Math.max(0, now - Date.parse(process.startedAt))) : ''}</td>
      <td className="figure pool-number">{instance.queued > 0 ? instance.queued : ''}</td>
      <td>{instanceLine(instance, { now, home })}</td>
    </tr>
  )
}

function summaryOf(instances: readonly Instance[], status: PoolStatus | null): string {
  const memoryMb = instances.reduce((sum, { process }) => sum + (process?.memoryMb ?? 0), 0)
  const limitMb = status?.memoryLimitMb ?? null
  const limit = limitMb === null ? '' : ` of ${limitMb} MB`
  const spares = status && status.policy.spares > 0 ? ` · ${status.sparesReady} spares ready` : ''
  const hitRate = status?.hitRate ?? null
  const hits = hitRate === null ? '' : ` · ${Math.round(hitRate * 100)}% of starts found one`
  return `${instances.filter(({ process }) => process !== null).length} run · ${memoryMb} MB${limit}${spares}${hits}`
}

function Log({ entries }: { entries: readonly PoolLogEntry[] }) {
  return (
    <section>
      <h2>What the pool did by itself</h2>
      {entries.length === 0 ? (
        <p className="pool-why">Nothing yet. Parking, renewing and making instances will be here with the reason.</p>
      ) : (
        <ul className="pool-log">
          {entries.slice(0, 50).map((entry) => (
            <li key={`${entry.at} ${entry.instanceId} ${entry.act}`}>
              <time className="figure" dateTime={entry.at}>
                {new Date(entry.at).toLocaleTimeString()}
              </time>
              <span>
                {entry.instanceName} was {entry.act}: {entry.reason}.
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
