import type { Instance } from '../../shared/domain/instance.ts'
import { attempt } from './attempt.ts'
import { newConversation } from './begin-conversation.ts'
import { pinEntries } from './pin-actions.ts'
import { client } from '../connection/connection.ts'
import { usePool } from '../state/pool-store.ts'
import { ui } from '../state/ui-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'

export { attempt }

type Entry = Exclude<MenuEntry, 'line'>

/** What can be done with an instance as it is now; each says what happens. */
export function instanceEntries(instance: Instance): MenuEntry[] {
  const { id } = instance
  const canFreeze = usePool.getState().health?.platform.canFreeze ?? false
  return [
    ...lifeEntries(instance, canFreeze),
    'line',
    { id: 'new-conversation', label: 'New conversation', run: () => newConversation(id) },
    ...pinEntries(id),
    { id: 'details', label: 'Details', run: () => ui.go({ name: 'instance', id }) },
    { id: 'edit', label: 'Edit…', run: () => ui.openDialog({ name: 'edit-instance', id }) },
    { id: 'save-profile', label: 'Save as profile…', run: () => ui.openDialog({ name: 'save-profile', instanceId: id }) },
    { id: 'duplicate', label: 'Duplicate…', run: () => ui.openDialog({ name: 'create-instance', like: id }) },
    ...worktreeMenu(instance),
    'line',
    { id: 'remove', label: 'Remove…', danger: true, run: () => ui.openDialog({ name: 'remove-instance', id }) },
  ]
}

/** What can be done with the worktree of an instance; nothing where it has none. */
export function worktreeEntries({ id, worktree }: Pick<Instance, 'id' | 'worktree'>): Entry[] {
  if (!worktree || worktree.removedAt !== undefined) return []
  return [
    { id: 'merge-worktree', label: 'Merge worktree…', run: () => ui.openDialog({ name: 'merge-worktree', id }) },
    { id: 'pull-request', label: 'Open a pull request…', run: () => ui.openDialog({ name: 'pull-request', id }) },
    { id: 'remove-worktree', label: 'Remove worktree…', run: () => ui.openDialog({ name: 'remove-worktree', id }) },
  ]
}

function worktreeMenu(instance: Instance): MenuEntry[] {
  const entries = worktreeEntries(instance)
  return entries.length === 0 ? [] : ['line', ...entries]
}

/** Start, pause, stop and the like, those that make sense now. */
export function lifeEntries({ id, state, pause }: Instance, canFreeze: boolean): Entry[] {
  const { instances } = client
  const isBusy = state === 'busy'
  const start: Entry = {
    id: 'start',
    label: 'Start',
    hint: 'Starts the process, so the next message is answered sooner',
    run: () => attempt(instances.start({ id })),
  }
  const interrupt: Entry = {
    id: 'interrupt',
    label: 'Stop the turn',
    hint: 'Keeps what Claude has said so far',
    run: () => attempt(instances.interrupt({ id })),
  }
  const resume: Entry = {
    id: 'resume',
    label: 'Resume',
    hint: 'Continues where it left off, including queued messages',
    run: () => attempt(instances.resume({ id })),
  }
  const hold: Entry = {
    id: 'hold',
    label: 'Hold',
    hint: isBusy ? 'Finishes this turn, then starts no new ones' : 'Stays ready; starts no new turns until resumed',
    run: () => attempt(instances.pause({ id, mode: 'hold' })),
  }
  const freeze: Entry = {
    id: 'freeze',
    label: 'Freeze',
    hint: 'Suspends it now; parks after 2 minutes',
    run: () => attempt(instances.pause({ id, mode: 'freeze' })),
  }
  const park: Entry = {
    id: 'park',
    label: 'Park',
    hint: `Ends the ${isBusy ? 'turn' : 'process'} and frees memory; the session resumes later`,
    run: () => attempt(instances.pause({ id, mode: 'park' })),
  }
  const stop: Entry = {
    id: 'stop',
    label: 'Stop',
    hint: `Ends ${isBusy ? 'the turn and ' : ''}the process; the next message restarts it`,
    run: () => attempt(instances.stop({ id })),
  }
  const restart: Entry = {
    id: 'restart',
    label: 'Restart',
    hint: 'Starts a new process in the same session',
    run: () => attempt(instances.restart({ id })),
  }
  const freezing = canFreeze ? [freeze] : []
  switch (state) {
    case 'stopped':
      return [start]
    case 'failed':
      return [restart]
    case 'starting':
      return [park, stop]
    case 'busy':
      return [interrupt, hold, ...freezing, park, restart, stop]
    case 'idle':
      return [hold, ...freezing, park, restart, stop]
    case 'paused':
      return pause === 'park' ? [resume, stop] : [resume, park, restart, stop]
  }
}

/** Shows what an instance works on; one without a conversation shows itself. */
export function showInstance({ id, conversationId }: Instance): void {
  ui.go(conversationId === null ? { name: 'instance', id } : { name: 'conversation', id: conversationId })
}
