import type { RunState } from '../../shared/domain/run.ts'
import { client } from '../connection/connection.ts'
import type { RunFacts } from '../state/shown-run.ts'
import { ui } from '../state/ui-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { attempt } from './attempt.ts'

type Entry = Exclude<MenuEntry, 'line'>

/** What can be done with a run as it is now. */
export function runEntries({ id, state, endedAt }: RunFacts): Entry[] {
  const entries: (Entry | null)[] = [
    endedAt === null && state !== 'paused'
      ? { id: 'pause', label: 'Pause', hint: 'Starts nothing new; what runs finishes', run: () => attempt(client.runs.pause({ id })) }
      : null,
    state === 'paused' ? { id: 'resume', label: 'Resume', run: () => attempt(client.runs.resume({ id })) } : null,
    canRetry(state)
      ? { id: 'retry', label: 'Retry what failed', hint: 'Keeps what is done', run: () => attempt(client.runs.retry({ id })) }
      : null,
    endedAt === null ? { id: 'cancel', label: 'Cancel…', danger: true, run: () => ui.openDialog({ name: 'cancel-run', id }) } : null,
  ]
  return entries.filter((entry) => entry !== null)
}

function canRetry(state: RunState): boolean {
  return state === 'failed' || state === 'cancelled'
}

/** The same for the palette. */
export function runCommands(run: RunFacts): { id: string; title: string; group: string; run: () => void }[] {
  return runEntries(run).map((entry) => ({
    id: `run-${entry.id}`,
    title: titles[entry.id] ?? entry.label,
    group: 'This run',
    run: entry.run,
  }))
}

const titles: Readonly<Record<string, string>> = {
  pause: 'Pause run',
  resume: 'Resume run',
  retry: 'Retry what failed in this run',
  cancel: 'Cancel run…',
}
