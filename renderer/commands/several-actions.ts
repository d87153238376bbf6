import type { PauseMode } from '../../shared/domain/instance.ts'
import type { SeveralAction, SeveralOutcome } from '../../shared/domain/several.ts'
import { client } from '../connection/connection.ts'
import { usePool } from '../state/pool-store.ts'
import { toast, type ToastAct } from '../state/toasts.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { errorWords } from '../words/error-words.ts'
import { plural } from '../words/figures.ts'
import { changedWords, refusedWords, undoSteps } from '../words/several-words.ts'

/** Which instances: some, or all. */
type Which = { ids: readonly string[] } | { all: true }

type Act = { action: SeveralAction; mode?: PauseMode }

/** What can be done with several instances together. */
export function severalEntries(which: Which): Exclude<MenuEntry, 'line'>[] {
  const canFreeze = usePool.getState().health?.platform.canFreeze ?? false
  const entry = (id: string, label: string, hint: string, act: Act) => ({ id, label, hint, run: () => void actOnInstances(which, act) })
  return [
    entry('hold', 'Hold', 'Running turns finish; no new ones start', { action: 'pause', mode: 'hold' }),
    ...(canFreeze ? [entry('freeze', 'Freeze', 'Suspends them now; parks after 2 minutes', { action: 'pause', mode: 'freeze' })] : []),
    entry('park', 'Park', 'Ends turns and frees memory; sessions resume later', { action: 'pause', mode: 'park' }),
    entry('resume', 'Resume', 'Continue where they left off, including queued messages', { action: 'resume' }),
    entry('restart', 'Restart', 'New processes for those that have one, in the same sessions', { action: 'restart' }),
    entry('stop', 'Stop', 'Ends turns and processes; the next message restarts one', { action: 'stop' }),
  ]
}

/** Does it, says what became of them, and offers to take back what can be. */
async function actOnInstances(which: Which, act: Act): Promise<void> {
  try {
    const { items } = await client.instances.several({ ...('ids' in which ? { ids: [...which.ids] } : which), ...act })
    tell(act, items)
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}

function tell(act: Act, items: readonly SeveralOutcome[]): void {
  const done = items.filter(({ outcome }) => outcome === 'done')
  const refused = items.filter(({ outcome }) => outcome === 'refused')
  if (done.length > 0) toast(`${plural(done.length, 'instance')} ${changedWords(act.action, act.mode)}.`, 'info', null, undoOf(act, done))
  if (refused.length > 0) toast(refusedWords(refused), 'error')
  else if (done.length === 0) toast('Nothing to change.')
}

function undoOf({ action }: Act, done: readonly SeveralOutcome[]): ToastAct | undefined {
  const steps = undoSteps(action, done)
  return steps.length === 0 ? undefined : { label: 'Undo', run: () => void undo(steps) }
}

async function undo(steps: ReturnType<typeof undoSteps>): Promise<void> {
  for (const { ids, ...act } of steps) await actOnInstances({ ids }, act)
}
