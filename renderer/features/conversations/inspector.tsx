import { FilePen, FilePlus2 } from 'lucide-react'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Turn, Usage } from '../../../shared/domain/turn.ts'
import type { Thread } from '../../state/thread.ts'
import type { ThreadState } from '../../state/thread-state.ts'
import { PathLink } from '../../markdown/file-link.tsx'
import { visibleText } from '../../ui/visible-characters.ts'
import { clippedWords } from '../../words/clip-text.ts'
import { showChanges } from '../changes/git-menu.tsx'
import { useChangedFiles } from './use-changed-files.ts'
import { diffFigures } from '../../tools/edit-diff.ts'
import { formatCost, formatCount, shortPath } from '../../words/figures.ts'
import { Fact, TurnFacts } from './turn-facts.tsx'
import type { Places } from '../../tools/tool-summary.ts'
import type { OpenWork } from './turn-phases.ts'
import { usePanePlace } from '../../ui/pane-place.ts'
import './inspector.css'

/** What a conversation has used so far. `cost` is in words. */
export type Spent = { usage: Usage; cost: string }

/** Details beside a conversation: where the time of its newest turn went, what it has cost, which files it changed. */
export function InspectorPanel({ thread, places, spent }: { thread: Thread; places: Places; spent: Spent | null }) {
  const conversation = useStore(thread.store, (state) => state.conversation)
  const turn = useStore(thread.store, (state) => {
    const running = state.runningTurnId === null ? undefined : state.turns.get(state.runningTurnId)
    const newest = state.conversation?.lastTurn
    return running ?? (newest ? (state.turns.get(newest.id) ?? newest) : null)
  })
  const { beside } = usePanePlace()
  const role = beside ? 'region' : 'complementary'
  if (!conversation) return <div role={role} className="inspector" aria-label="Details" />
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div role={role} className="inspector" aria-label="Details" tabIndex={0}>
      {turn ? (
        <TurnDetails thread={thread} turn={turn} />
      ) : (
        <p className="inspector-empty">Timing, tokens, cost and changed files appear here after the first turn.</p>
      )}
      {turn && <ConversationDetails conversation={conversation} spent={spent} />}
      <FilesChanged key={thread.id} thread={thread} places={places} />
    </div>
  )
}

function TurnDetails({ thread, turn }: { thread: Thread; turn: Turn }) {
  const approvals = useStore(thread.store, (state) => state.approvals)
  const tools = useStore(thread.store, (state) => state.tools)
  const open = useMemo(() => openWork(turn, approvals, tools), [turn, approvals, tools])
  return (
    <section>
      <h2>This turn</h2>
      <TurnFacts turn={turn} open={open} />
    </section>
  )
}

function ConversationDetails({ conversation, spent }: { conversation: Conversation; spent: Spent | null }) {
  const { costUsd, turnCount, damagedEntries } = conversation
  const usage = spent?.usage ?? conversation.usage
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  return (
    <section>
      <h2>Conversation</h2>
      <dl>
        <Fact name="Turns" value={turnCount.toLocaleString('en-US')} />
        <Fact name="Tokens in / out" value={`${formatCount(read)} / ${formatCount(usage.output)}`} />
        <Fact name="From cache" value={read === 0 ? '–' : `${Math.round((usage.cacheRead / read) * 100)}%`} />
        <Fact name="Cost" value={spent?.cost ?? (costUsd === null ? 'unknown' : formatCost(costUsd))} />
        {damagedEntries > 0 && <Fact name="Unreadable entries" value={String(damagedEntries)} />}
      </dl>
    </section>
  )
}

function FilesChanged({ thread, places }: { thread: Thread; places: Places }) {
  const messages = useStore(thread.store, (state) => state.messages)
  const tools = useStore(thread.store, (state) => state.tools)
  const hasOlder = useStore(thread.store, (state) => typeof state.older === 'string')
  const files = useChangedFiles(messages, tools)
  if (files.length === 0) return null
  return (
    <section>
      <div className="inspector-head">
        <h2>Edited files</h2>
        <button type="button" className="tool-link" onClick={() => showChanges(thread.id)}>
          Review
        </button>
      </div>
      <ul className="changed-files">
        {files.slice(0, 100).map((file) => {
          const Icon = file.written ? FilePlus2 : FilePen
          return (
            <li key={file.path} title={file.path}>
              <Icon size={14} strokeWidth={1.75} aria-hidden />
              <PathLink path={file.path}>{visibleText(clippedWords(shortPath(file.path, places), 300))}</PathLink>
              <span className="figure">{diffFigures(file)}</span>
            </li>
          )
        })}
      </ul>
      {files.length > 100 && <p className="inspector-empty">and {files.length - 100} more</p>}
      {hasOlder && <p className="inspector-empty">Earlier messages are not loaded; scroll up to count them too.</p>}
    </section>
  )
}

function openWork({ id }: Turn, approvals: ThreadState['approvals'], tools: ThreadState['tools']): OpenWork {
  const asked = [...approvals.values()].find(({ outcome, approval }) => outcome === 'waiting' && approval.turnId === id)
  // A sub-agent's tools run within the call that started it.
  const running = [...tools.values()].filter((call) => call.state === 'running' && call.turnId === id && !call.parentToolUseId)
  return { askedAt: asked?.approval.createdAt ?? null, toolsSince: running.map(({ startedAt }) => startedAt) }
}
