import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { client } from '../connection/connection.ts'
import { errorWords, readable } from '../words/error-words.ts'
import type { ConversationCalls, ConversationPlaces } from '../features/conversations/conversation-calls.ts'
import { putBack } from '../features/composer/put-back.ts'
import { ConversationView } from '../features/conversations/conversation-view.tsx'
import { ConversationCost, useConversationFigures } from '../features/metrics/conversation-cost.tsx'
import { costWords } from '../features/metrics/totals-figures.ts'
import { newConversation } from '../commands/begin-conversation.ts'
import { undoRewind } from '../commands/rewind-actions.ts'
import { ofInstance } from '../state/conversation-order.ts'
import { usePool } from '../state/pool-store.ts'
import { scrollPlaceOf } from '../state/scroll-places.ts'
import { isUnread, useSeen } from '../state/seen-store.ts'
import { ThreadCache } from '../state/thread-cache.ts'
import { threadSource } from '../state/thread-client.ts'
import { toast } from '../state/toasts.ts'
import { ui, useUi } from '../state/ui-store.ts'

const threads = new ThreadCache(threadSource(client))

/** A conversation with everything around it: its thread, its instance, and the calls that its page makes. */
export function ConversationScreen({ id, messageId }: { id: string; messageId: string | undefined }) {
  const [wasOpen] = useState(() => threads.peek(id) !== undefined)
  const [left] = useState(() => (messageId === undefined ? placeLeft(id) : null))
  const asked = messageId ?? left?.messageId
  const thread = threads.open(id, asked, left?.offset)
  useEffect(() => threads.hold(id), [id])
  useEffect(() => {
    if (wasOpen && asked !== undefined) void thread.show(asked, left?.offset)
  }, [wasOpen, thread, asked, left])
  const ownInstance = useStore(thread.store, (state) => state.conversation?.instanceId ?? null)
  const instanceId = usePool((state) => state.conversations.get(id)?.instanceId ?? ownInstance)
  const instance = usePool((state) => (instanceId === null ? null : (state.instances.get(instanceId) ?? null)))
  const home = usePool((state) => state.health?.platform.home ?? null)
  const enterSends = usePool((state) => state.settings?.enterSends ?? true)
  const inspectorOpen = useUi((state) => state.inspectorOpen)
  const siblings = useSiblings(instanceId)
  const figures = useConversationFigures(id)
  const spent = useMemo(() => figures && { usage: figures.totals.usage, cost: costWords(figures.totals) }, [figures])
  const calls = useMemo(() => callsFor(id), [id])
  const places = useMemo(() => placesFor(id), [id])
  useEffect(() => {
    // What an instance shows first is what was looked at last; it switches when it has time.
    const known = usePool.getState().conversations.get(id)
    const current = known?.instanceId && known.state === 'active' ? usePool.getState().instances.get(known.instanceId) : undefined
    if (current?.conversationId === null) client.instances.open({ id: current.id, conversationId: id }).catch(() => undefined)
  }, [id])
  return (
    <ConversationView
      thread={thread}
      instance={instance}
      siblings={siblings}
      home={home}
      enterSends={enterSends}
      cost={figures && <ConversationCost id={id} figures={figures} />}
      spent={spent}
      inspectorOpen={inspectorOpen}
      onToggleInspector={ui.toggleInspector}
      calls={calls}
      places={places}
    />
  )
}

/** Where the reader was, unless there is news at the end. */
function placeLeft(id: string) {
  const conversation = usePool.getState().conversations.get(id)
  return conversation && isUnread(conversation, useSeen.getState()) ? null : scrollPlaceOf(id)
}

function useSiblings(instanceId: string | null) {
  return usePool(useShallow(({ conversations }) => ofInstance(conversations, instanceId)))
}

/** The instance that works in a conversation, asked for when it is needed: it can change while the page is open. */
function instanceOf(id: string): string | null {
  return usePool.getState().conversations.get(id)?.instanceId ?? threads.peek(id)?.store.getState().conversation?.instanceId ?? null
}

/** What goes into a field without making it slow, and into a message. */
const contextTokens = 40_000

function callsFor(id: string): ConversationCalls {
  return {
    send: async (prompt, options = {}) => {
      await readable(client.conversations.send({ id, ...prompt, ...options }))
    },
    runCommand: async (command) => {
      await readable(client.shell.run({ id, command }))
    },
    goOn: async () => {
      await readable(client.conversations.continue({ id }))
    },
    decide: async (approvalId, decision) => {
      await readable(client.approvals.decide({ id: approvalId, ...decision }))
    },
    editTask: async (taskId, text) => {
      await readable(client.tasks.update({ id: taskId, text }))
    },
    moveTask: async (taskId, before) => {
      await readable(client.tasks.update({ id: taskId, before }))
    },
    sendTaskNow: async (taskId) => {
      await readable(client.tasks.update({ id: taskId, when: 'now' }))
    },
    clearQueue: async () => putBack(id, (await readable(client.conversations.dropWaiting({ id }))).dropped),
    stopAndClear: () =>
      onInstance(id, async (instanceId) =>
        putBack(id, (await client.instances.interrupt({ id: instanceId, queue: 'drop' })).dropped ?? []),
      ),
    setGoesOn: async (on) => {
      await readable(client.conversations.update({ id, goOnAfterLimit: on }))
    },
    withdrawTask: async (taskId) => {
      await readable(client.tasks.cancel({ id: taskId }))
    },
    rename: async (title) => {
      await readable(client.conversations.update({ id, title }))
    },
    fork: async (messageId) => (await readable(client.conversations.fork({ id, ...(messageId === undefined ? {} : { messageId }) }))).id,
    context: async () => (await readable(client.transfer.context({ id }))).context,
    prompt: () => readable(client.transfer.prompt({ id, tools: 'short', maxTokens: contextTokens })),
    stop: () => onInstance(id, (instanceId) => client.instances.interrupt({ id: instanceId })),
    restart: () => onInstance(id, (instanceId) => client.instances.restart({ id: instanceId })),
  }
}

function placesFor(id: string): ConversationPlaces {
  return {
    toConversation: (conversationId) => ui.go({ name: 'conversation', id: conversationId }),
    newConversation: () => newConversation(instanceOf(id)),
    checkpoint: (messageId) => ui.openDialog({ name: 'checkpoint', id, messageId }),
    startFrom: (messageId) => ui.openDialog({ name: 'start-from', id, messageId }),
    rewind: (messageId) => ui.openDialog({ name: 'rewind', id, messageId }),
    undoRewind: (rewindId) => void undoRewind(id, rewindId),
    chooseFolder: () => ui.openDialog({ name: 'conversation-folder', id }),
    signIn: () => ui.openDialog({ name: 'sign-in' }),
  }
}

async function onInstance(id: string, act: (instanceId: string) => Promise<unknown>): Promise<void> {
  const instanceId = instanceOf(id)
  if (instanceId === null) return
  await readable(act(instanceId)).catch((thrown: unknown) => {
    toast(errorWords(thrown), 'error')
    throw thrown
  })
}
