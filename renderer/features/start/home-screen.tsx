import { CircleAlert } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import { beginConversation } from '../../commands/begin-conversation.ts'
import { showInstance } from '../../commands/instance-actions.ts'
import { keysOf } from '../../commands/keys.ts'
import { needWhy, showNeed, useNeedTitle } from '../../commands/need-actions.ts'
import { newestFirst } from '../../state/conversation-order.ts'
import type { Need } from '../../state/needs.ts'
import { usePool } from '../../state/pool-store.ts'
import { runsNow } from '../../state/run-lists.ts'
import { isUnread, useSeen } from '../../state/seen-store.ts'
import { ui } from '../../state/ui-store.ts'
import { useNeeds } from '../../state/use-needs.ts'
import { Button } from '../../ui/button.tsx'
import { RunMark } from '../../ui/run-mark.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { useMinute, useNow } from '../../ui/use-now.ts'
import { VisibleText } from '../../ui/visible-text.tsx'
import { instanceFigure, instanceNote, markOf } from '../../words/instance-words.ts'
import { progressWords, runStateWords } from '../../words/run-words.ts'
import { formatAge } from '../../words/times.ts'
import { firstSpoken } from './newest.ts'
import { Today } from './today.tsx'

const mostNeeds = 6
const mostRunning = 10
const mostRecent = 10
const mostRuns = 5

/** What needs the user, what runs, what was done last, and what it cost today; each line leads there. */
export function HomeScreen() {
  return (
    <main className="page">
      <div className="home">
        <div className="page-head">
          <h1>Pick up where you left off</h1>
          <span className="home-acts">
            <Button small onClick={beginConversation}>
              New conversation
            </Button>
            <Button small variant="quiet" onClick={() => ui.openDialog({ name: 'create-instance' })}>
              New instance
            </Button>
          </span>
        </div>
        <Today />
        <div className="home-columns">
          <div>
            <Needs />
            <Running />
            <OpenRuns />
          </div>
          <Recent />
        </div>
        <p className="home-keys">
          <kbd>{keysOf('mod+k')}</kbd> find anything · <kbd>{keysOf('alt+arrowdown')}</kbd> next conversation ·{' '}
          <kbd>{keysOf('alt+shift+arrowdown')}</kbd> next that needs you · <kbd>{keysOf('mod+/')}</kbd> all shortcuts
        </p>
      </div>
    </main>
  )
}

function Needs() {
  const needs = useNeeds()
  return (
    <Part title="Needs you" count={needs.length} empty="Nothing needs you. Approvals, questions and failures show up here.">
      {needs.slice(0, mostNeeds).map((need) => (
        <li key={need.key}>
          <NeedLine need={need} />
        </li>
      ))}
      {needs.length > mostNeeds && <More count={needs.length - mostNeeds} go={() => ui.go({ name: 'needs-you' })} />}
    </Part>
  )
}

function NeedLine({ need }: { need: Need }) {
  const title = useNeedTitle(need)
  return (
    <button type="button" className="home-row" onClick={() => showNeed(need)}>
      <CircleAlert className="home-wanted" size={14} strokeWidth={1.75} aria-hidden />
      <bdi className="home-title">{title}</bdi>
      <span className="home-detail home-wanted">
        <VisibleText text={needWhy(need)} />
      </span>
    </button>
  )
}

function Running() {
  const instances = usePool((state) => state.instances)
  const running = [...instances.values()].filter(
    ({ state, background }) => state === 'busy' || state === 'starting' || background.length > 0,
  )
  return (
    <Part title="Running" count={running.length} empty="Nothing is running. Send a message to put an instance to work.">
      {running
        .toSorted((a, b) => (a.busySince ?? '').localeCompare(b.busySince ?? ''))
        .slice(0, mostRunning)
        .map((instance) => (
          <li key={instance.id}>
            <RunningLine instance={instance} />
          </li>
        ))}
      {running.length > mostRunning && <More count={running.length - mostRunning} go={() => ui.go({ name: 'pool' })} />}
    </Part>
  )
}

function RunningLine({ instance }: { instance: Instance }) {
  const now = useNow(true)
  const title = usePool(({ conversations }) =>
    instance.conversationId === null ? null : conversations.get(instance.conversationId)?.title,
  )
  return (
    <button type="button" className="home-row" title={instance.cwd} onClick={() => showInstance(instance)}>
      <StateMark mark={markOf(instance)} />
      <span className="home-title">
        <bdi>{instance.name}</bdi>
        {typeof title === 'string' && (
          <>
            {' · '}
            <bdi>{title}</bdi>
          </>
        )}
      </span>
      <span className="home-detail">{instanceNote(instance, now)}</span>
      <span className="home-figure figure">{instanceFigure(instance, now)}</span>
    </button>
  )
}

/** Runs that have not ended; nothing where there are none. */
function OpenRuns() {
  const runs = usePool((state) => state.runs)
  const open = useMemo(() => runsNow({ items: [], hasOlder: false }, runs, 'open'), [runs])
  if (open.length === 0) return null
  return (
    <Part title="Runs" count={open.length} empty="">
      {open.slice(0, mostRuns).map((run) => (
        <li key={run.id}>
          <button type="button" className="home-row" onClick={() => ui.go({ name: 'run', id: run.id })}>
            <RunMark state={run.state} />
            <bdi className="home-title">{run.title}</bdi>
            <span className="home-detail">{runStateWords[run.state]}</span>
            <span className="home-figure figure">{progressWords(run)}</span>
          </button>
        </li>
      ))}
      {open.length > mostRuns && <More count={open.length - mostRuns} go={() => ui.go({ name: 'runs' })} />}
    </Part>
  )
}

function Recent() {
  const conversations = usePool((state) => state.conversations)
  const recent = useMemo(() => firstSpoken(newestFirst(conversations), mostRecent), [conversations])
  return (
    <Part title="Recent conversations" count={null} empty="No conversations yet. They will appear here.">
      {recent.map((conversation) => (
        <li key={conversation.id}>
          <RecentLine conversation={conversation} />
        </li>
      ))}
      {recent.length === mostRecent && <More count={null} go={() => ui.go({ name: 'library' })} />}
    </Part>
  )
}

function RecentLine({ conversation }: { conversation: Conversation }) {
  const { id, title, instanceId, updatedAt } = conversation
  const name = usePool(({ instances }) => (instanceId === null ? null : (instances.get(instanceId)?.name ?? null)))
  const unread = useSeen((seen) => isUnread(conversation, seen))
  const now = useMinute()
  return (
    <button type="button" className="home-row" onClick={() => ui.go({ name: 'conversation', id })}>
      <bdi className="home-title">{title}</bdi>
      {unread && (
        <>
          <span className="unread-dot" aria-hidden />
          <span className="sr-only">New answer.</span>
        </>
      )}
      <bdi className="home-detail">{name ?? 'No instance'}</bdi>
      <span className="home-figure figure">{formatAge(updatedAt, now)}</span>
    </button>
  )
}

type PartProps = { title: string; count: number | null; empty: string; children: readonly ReactNode[] }

function Part({ title, count, empty, children }: PartProps) {
  const isEmpty = children.flat().every((child) => child === false)
  return (
    <section className="home-part" aria-label={title}>
      <h2>
        {title}
        {count !== null && count > 0 && <span className="figure">{count}</span>}
      </h2>
      {isEmpty ? <p className="home-empty">{empty}</p> : <ul>{children}</ul>}
    </section>
  )
}

function More({ count, go }: { count: number | null; go: () => void }) {
  return (
    <li>
      <button type="button" className="home-row home-more" onClick={go}>
        {count === null ? 'Show all' : `Show ${count.toLocaleString('en-US')} more`}
      </button>
    </li>
  )
}
