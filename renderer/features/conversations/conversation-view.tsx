import { useCallback, useEffect, useMemo, useRef, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { useStore } from 'zustand'
import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { Thread } from '../../state/thread.ts'
import { AsidePanel } from '../aside/aside-panel.tsx'
import { AskSelection } from '../aside/ask-selection.tsx'
import { ArchivedLine } from './archived-line.tsx'
import { FindBar } from '../search/find-bar.tsx'
import { useConversationScope } from '../composer/completion/use-scope.ts'
import { Composer, type ComposerHandle } from '../composer/composer.tsx'
import { composerPlaceholder } from '../../words/composer-words.ts'
import { RunningCommands } from '../composer/running-commands.tsx'
import { earlierOf, useEditing } from './last-message.ts'
import { ConversationFiles } from '../changes/conversation-files.tsx'
import type { ConversationCalls, ConversationPlaces } from './conversation-calls.ts'
import { ContextMeter } from '../live/context-meter.tsx'
import { LimitLine } from '../live/limits.tsx'
import { ConversationMenus } from '../live/conversation-menus.tsx'
import { ContextLine } from './context-line.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { EmptyThread, ThreadProblem } from './empty-thread.tsx'
import { shortPath } from '../../words/figures.ts'
import { backgroundWords } from '../../words/instance-words.ts'
import { InspectorPanel, type Spent } from './inspector.tsx'
import { RowView } from './row-view.tsx'
import { ThreadProvider, type ThreadContextValue } from './thread-context.ts'
import { ThreadList } from './thread-list.tsx'
import { usePanePlace } from '../../ui/pane-place.ts'
import type { Places } from '../../tools/tool-summary.ts'
import { BackgroundTasks } from './background-tasks.tsx'
import { TodoPin } from './todo-pin.tsx'
import { isWaitingMessage, WaitingMessages, type WaitingActions } from './waiting-messages.tsx'
import './conversation.css'

export type ConversationViewProps = {
  thread: Thread
  instance: Instance | null
  siblings: readonly Conversation[]
  home: string | null
  enterSends: boolean
  /** What the conversation has cost so far, for its header. */
  cost: ReactNode
  /** The same for the details: its tokens, and its cost in words. Null while nothing was spent. */
  spent: Spent | null
  inspectorOpen: boolean
  onToggleInspector: () => void
  calls: ConversationCalls
  places: ConversationPlaces
}

/** A conversation as a page: header, thread, composer and, when asked for, details. */
export function ConversationView(props: ConversationViewProps) {
  const { thread, instance, siblings, home, enterSends, inspectorOpen, calls, places } = props
  const conversation = useStore(thread.store, (state) => state.conversation)
  const tasks = useStore(thread.store, (state) => state.tasks)
  const busy = useStore(thread.store, (state) => state.runningTurnId !== null)
  const composer = useRef<ComposerHandle>(null)
  const main = useRef<HTMLDivElement>(null)
  const scope = useConversationScope(thread.id)
  const cwd = conversation?.cwd ?? instance?.cwd ?? null
  const folders = useMemo(() => ({ cwd, home }), [cwd, home])
  const { editing, setEditing, editLast } = useEditing(thread)
  const context = useThreadContextValue(props, folders, editing, setEditing)
  const stop = useCallback(() => void calls.stop().catch(() => undefined), [calls])
  const stopAndClear = useCallback(() => void calls.stopAndClear().catch(() => undefined), [calls])
  const hasWaiting = tasks.some(isWaitingMessage)
  const { active, beside, details } = usePanePlace()
  useStopChord(busy && active, stop)
  // A pane that becomes active was pressed or gone to: the focus is in it already.
  const isActive = useRef(active)
  useEffect(() => {
    isActive.current = active
  })
  useEffect(() => {
    if (isActive.current) composer.current?.focus()
  }, [thread])
  const archived = conversation?.state === 'archived'
  const showCall = useCallback((toolUseId: string) => showCallOf(thread, toolUseId), [thread])
  const inspector = <InspectorPanel thread={thread} places={folders} spent={props.spent} />
  return (
    <ConversationFiles conversationId={thread.id}>
      <div ref={main} className="conversation-main" role={beside ? undefined : 'main'} data-thread={thread.id}>
        <ConversationHeader
          conversation={conversation}
          instance={instance}
          siblings={siblings}
          cost={props.cost}
          inspectorOpen={inspectorOpen}
          onToggleInspector={props.onToggleInspector}
          onRename={calls.rename}
          onOpen={places.toConversation}
          onNew={places.newConversation}
        />
        <AskSelection conversationId={thread.id} box={main} />
        <FindBar thread={thread} />
        <ThreadProvider value={context}>
          <ThreadBody thread={thread} instance={instance} />
        </ThreadProvider>
        <div className="composer-place">
          <div className="composer-column">
            <AsidePanel
              conversationId={thread.id}
              onPut={(text) => composer.current?.putFirst(text)}
              onClosed={() => composer.current?.focus()}
            />
            {archived && <ArchivedLine id={thread.id} />}
            {conversation && !archived && !busy && (
              <ContextLine
                key={thread.id}
                conversation={conversation}
                calls={calls}
                putFirst={(text) => composer.current?.putFirst(text)}
              />
            )}
            {conversation?.todo && <TodoPin key={thread.id} conversationId={thread.id} todo={conversation.todo} />}
            {instance?.conversationId === thread.id && <BackgroundTasks instance={instance} onShow={showCall} />}
            <RunningCommands conversationId={thread.id} />
            {instance && !archived && <LimitLine instanceId={instance.id} />}
            <WaitingMessages tasks={tasks} actions={waitingActions(calls, busy)} />
            <Composer
              ref={composer}
              draftKey={thread.id}
              label={beside ? `New message, pane ${beside.number}` : undefined}
              placeholder={composerPlaceholder(instance, thread.id, archived)}
              enterSends={enterSends}
              busy={busy}
              closed={archived ? composerPlaceholder(instance, thread.id, true) : null}
              scope={scope}
              send={calls.send}
              runCommand={calls.runCommand}
              stop={stop}
              stopAndClear={hasWaiting ? stopAndClear : undefined}
              earlier={() => earlierOf(thread)}
              editLast={editLast}
              facts={<Facts conversation={conversation} instance={instance} folders={folders} />}
            />
          </div>
        </div>
      </div>
      {inspectorOpen && active && (details ? createPortal(inspector, details) : inspector)}
    </ConversationFiles>
  )
}

function ThreadBody({ thread, instance }: { thread: Thread; instance: Instance | null }) {
  const loading = useStore(thread.store, (state) => state.loading)
  const error = useStore(thread.store, (state) => state.error)
  const isEmpty = useStore(
    thread.store,
    (state) => state.messages.length === 0 && state.provisional.size === 0 && state.runningTurnId === null && state.notices.length === 0,
  )
  if (error && isEmpty) return <ThreadProblem message={error} onRetry={() => thread.retry()} />
  if (loading && isEmpty) return <div className="thread" aria-busy="true" />
  if (isEmpty) return <EmptyThread instance={instance} />
  return (
    <>
      <ThreadList key={thread.id} thread={thread} />
      {error && <ThreadProblem message={error} onRetry={() => thread.retry()} />}
    </>
  )
}

/** Goes to the call with this id, where it is among the messages that are here. */
function showCallOf(thread: Thread, toolUseId: string): void {
  const { messages } = thread.store.getState()
  const message = messages.find(({ blocks }) => blocks.some((block) => block.type === 'tool_use' && block.toolUseId === toolUseId))
  if (message) void thread.show(message.id)
}

type FactsProps = { conversation: Conversation | null; instance: Instance | null; folders: Places }

function Facts({ conversation, instance, folders }: FactsProps): ReactNode {
  if (!instance) return null
  const folder = shortPath(folders.cwd ?? instance.cwd, { home: folders.home ?? null })
  return (
    <>
      <span className="composer-folder" title={`${instance.name} works in ${folders.cwd ?? instance.cwd}`}>
        {folder}
      </span>
      {conversation && conversation.state === 'active' && (
        <>
          <ConversationMenus conversation={conversation} instance={instance} />
          <ContextMeter conversation={conversation} instance={instance} />
        </>
      )}
      {instance.background.length > 0 && instance.conversationId !== conversation?.id && <span>{backgroundWords(instance)}</span>}
    </>
  )
}

function useThreadContextValue(
  { thread, instance, calls, places }: ConversationViewProps,
  folders: Places,
  editing: string | null,
  setEditing: (messageId: string | null) => void,
): ThreadContextValue {
  const approvals = useStore(thread.store, (state) => state.approvals)
  const busy = useStore(thread.store, (state) => state.runningTurnId !== null || state.tasks.some(({ goesOnAt }) => goesOnAt === undefined))
  const goesOnAt = useStore(thread.store, (state) => state.conversation?.goesOnAt ?? null)
  const open = useMemo(() => unfolded(thread.id), [thread.id])
  const named = useStore(thread.store, (state) => state.conversation?.checkpoints)
  const checkpoints = useMemo(() => new Map((named ?? []).map(({ messageId, name }) => [messageId, name])), [named])
  const { active } = usePanePlace()
  const firstAsked = [...approvals.values()].find((entry) => entry.outcome === 'waiting')?.approval.id ?? null
  const activeApproval = active ? firstAsked : null
  const stalledSince = instance?.conversationId === thread.id ? instance.stalledSince : null
  return useMemo(
    () => ({
      places: folders,
      activeApproval,
      busy,
      goesOnAt,
      open,
      checkpoints,
      editing,
      setEditing,
      stalledSince,
      renderRow: (row) => <RowView row={row} />,
      actions: {
        decide: async (id, decision) => {
          await calls.decide(id, decision)
          thread.noteDecision(id, decision.decision === 'allow' ? 'allowed' : 'denied', decision)
        },
        resend: (messageId, prompt) => calls.send(prompt, { replaces: messageId }),
        goOn: calls.goOn,
        setGoesOn: calls.setGoesOn,
        fork: async (messageId) => places.toConversation(await calls.fork(messageId)),
        askCheckpoint: places.checkpoint,
        askStart: places.startFrom,
        askRewind: places.rewind,
        undoRewind: places.undoRewind,
        restart: calls.restart,
        chooseFolder: places.chooseFolder,
        signIn: places.signIn,
        compact: () => calls.send({ text: '/compact' }),
        startNew: async () => places.newConversation(),
      },
    }),
    [folders, activeApproval, busy, goesOnAt, open, checkpoints, editing, setEditing, stalledSince, calls, places, thread],
  )
}

const kept = new Map<string, Map<string, boolean>>()
const maxKept = 50

/** What was unfolded in a conversation, for as long as the page lives. */
function unfolded(conversationId: string): Map<string, boolean> {
  const known = kept.get(conversationId) ?? new Map<string, boolean>()
  kept.delete(conversationId)
  kept.set(conversationId, known)
  const oldest = kept.keys().next()
  if (kept.size > maxKept && !oldest.done) kept.delete(oldest.value)
  return known
}

function waitingActions(calls: ConversationCalls, busy: boolean): WaitingActions {
  const { editTask: edit, withdrawTask: withdraw, moveTask: move, clearQueue: clear, sendTaskNow } = calls
  return { edit, withdraw, move, clear, sendNow: busy ? sendTaskNow : null }
}

/** Ctrl/Cmd and the full stop end the turn from anywhere on the page. */
function useStopChord(busy: boolean, stop: () => void): void {
  useEffect(() => {
    if (!busy) return undefined
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '.' || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey || event.defaultPrevented) return
      event.preventDefault()
      stop()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [busy, stop])
}
