import type { Instance } from '../../../shared/domain/instance.ts'
import { leaseWords, type Lease } from '../../../shared/domain/lease.ts'
import type { PoolStatus } from '../../../shared/domain/pool.ts'
import type { Spare } from '../../../shared/domain/spare.ts'
import { client } from '../../connection/connection.ts'
import { usePool } from '../../state/pool-store.ts'
import { sidebar, useSidebar } from '../../state/sidebar-store.ts'
import { Button } from '../../ui/button.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { formatDuration, formatWhen, shortPath } from '../../words/figures.ts'
import { useNow } from '../../ui/use-now.ts'
import { showInstance } from '../../commands/instance-actions.ts'
import { wayWords } from '../../words/ways.ts'
import { instanceLine, markOf } from '../../words/instance-words.ts'
import { act } from './act.ts'
import { PickAll, Picked } from './picked.tsx'
import { knowsWords, missWords, poolSummary, spareState } from './pool-words.ts'

/** Every instance and every spare as a row, and what they hold together. */
export function InstanceTable() {
  const instances = usePool((state) => state.instances)
  const status = usePool((state) => state.pool)
  const all = [...instances.values()].toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  const now = useNow(all.length > 0)
  return (
    <section>
      <Picked ids={all.map(({ id }) => id)} />
      <div className="pool-wide">
        <table className="pool-table">
          <thead>
            <tr>
              <th className="pool-pick">{all.length > 0 && <PickAll ids={all.map(({ id }) => id)} />}</th>
              <th>Instance</th>
              <th>Now</th>
              <th>Process</th>
              <th className="pool-number">Memory</th>
              <th className="pool-number">CPU</th>
              <th className="pool-number">Age</th>
              <th className="pool-number">Turns</th>
              <th className="pool-number">Last used</th>
              <th>Conversations</th>
            </tr>
          </thead>
          <tbody>
            {all.map((instance) => (
              <InstanceRow key={instance.id} instance={instance} status={status} now={now} />
            ))}
            {status?.spares.map((spare) => (
              <SpareRow key={spare.id} spare={spare} now={now} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="pool-why figure">
        {all.length === 0 ? 'No instances yet. Create one with New instance.' : poolSummary(all.length, status)}
      </p>
      {status && missWords(status.launches) !== null && <p className="pool-why">{missWords(status.launches)}</p>}
      {status?.memoryState === 'unreadable' && (
        <output className="problem">Process memory can’t be read on this system, so the memory limit has no effect.</output>
      )}
    </section>
  )
}

function InstanceRow({ instance, status, now }: { instance: Instance; status: PoolStatus | null; now: number }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const { process, turns, lastUsedAt } = instance
  const isPicked = useSidebar(({ picked }) => picked.has(instance.id))
  const knowledge = status?.knowledge.find(({ instanceId }) => instanceId === instance.id)
  return (
    <tr>
      <td className="pool-pick">
        <input type="checkbox" aria-label={`Select ${instance.name}`} checked={isPicked} onChange={() => sidebar.pick(instance.id)} />
      </td>
      <td>
        <button type="button" className="pool-name" onClick={() => showInstance(instance)}>
          <StateMark mark={markOf(instance)} />
          <bdi>{instance.name}</bdi>
        </button>
        <PoolMarks instance={instance} />
        {instance.lease && <LeaseMark name={instance.name} lease={instance.lease} />}
      </td>
      <td className="pool-line">{instanceLine(instance, { now, home })}</td>
      <td>{process?.origin ?? ''}</td>
      <Figures memoryMb={process?.memoryMb} cpuPercent={process?.cpuPercent} since={process?.startedAt} now={now} />
      <td className="figure pool-number">{turns > 0 ? turns : ''}</td>
      <td className="figure pool-number">{lastUsedAt === null ? '' : agoWords(lastUsedAt, now)}</td>
      <td title={knowledge?.pairs.map(({ source, target }) => `${source} → ${target}`).join('\n')}>
        {knowledge ? knowsWords(knowledge) : ''}
      </td>
    </tr>
  )
}

/** Whether the pool made it, its way of working where that is not the usual one, and the labels by which work can ask for it. */
function PoolMarks({ instance: { madeBy, tags, way = 'pool' } }: { instance: Instance }) {
  const words = [
    ...(madeBy === 'pool' ? ['created by the pool'] : []),
    ...(way === 'pool' ? [] : [wayWords(way).toLowerCase()]),
    ...tags.map((tag) => `#${tag}`),
  ]
  return words.length === 0 ? null : <p className="pool-marks">{words.join(' · ')}</p>
}

/** Who has it, and a way to end that. */
function LeaseMark({ name, lease }: { name: string; lease: Lease }) {
  return (
    <p className="pool-lease">
      <span>{leaseWords(lease, formatWhen)}</span>
      <Button small variant="quiet" aria-label={`Give back ${name}`} onClick={() => act(client.pool.giveBack({ id: lease.id }))}>
        Give back
      </Button>
    </p>
  )
}

function SpareRow({ spare, now }: { spare: Spare; now: number }) {
  const home = usePool((state) => state.health?.platform.home ?? null)
  const { folder, summary } = spare
  return (
    <tr className="pool-spare">
      <td colSpan={2}>Spare</td>
      <td className="pool-line">{spareState(spare, now)}</td>
      <td title={summary}>{folder === null ? 'spare' : shortPath(folder, { home })}</td>
      <Figures memoryMb={spare.memoryMb} cpuPercent={spare.cpuPercent} since={spare.startedAt ?? undefined} now={now} />
      <td colSpan={3}>{spare.kind === 'any-folder' ? 'takes any folder' : ''}</td>
    </tr>
  )
}

type FiguresProps = { memoryMb: number | null | undefined; cpuPercent: number | null | undefined; since: string | undefined; now: number }

function Figures({ memoryMb, cpuPercent, since, now }: FiguresProps) {
  return (
    <>
      <td className="figure pool-number">{typeof memoryMb === 'number' ? `${Math.round(memoryMb)} MB` : ''}</td>
      <td className="figure pool-number">{typeof cpuPercent === 'number' ? `${Math.round(cpuPercent)} %` : ''}</td>
      <td className="figure pool-number">{since === undefined ? '' : age(since, now)}</td>
    </>
  )
}

function agoWords(since: string, now: number): string {
  return now - Date.parse(since) < 1_000 ? 'now' : `${age(since, now)} ago`
}

function age(since: string, now: number): string {
  return formatDuration(Math.max(0, Math.floor((now - Date.parse(since)) / 1_000) * 1_000))
}
