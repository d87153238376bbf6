import type { Trigger } from '../../../shared/domain/trigger.ts'
import { client } from '../../connection/connection.ts'
import { hideTrigger, showTrigger } from '../../state/triggers-store.ts'
import { toast } from '../../state/toasts.ts'
import { ui } from '../../state/ui-store.ts'
import { errorWords } from '../../words/error-words.ts'

/** Fires it now, and says what came of it. */
export async function fireNow({ id, name }: Trigger): Promise<void> {
  try {
    const { outcome, reason } = await client.triggers.fire({ id })
    if (outcome === 'started') toast(`${name} started a run`)
    else if (outcome === 'queued') toast(`${name}: queued until the current run ends`)
    else toast(`${name} started nothing. ${reason ?? ''}`, 'warning')
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}

/** Switches it off or on; one that has paused itself begins anew. */
export async function pauseOrResume({ id, enabled, hasPausedItself }: Trigger): Promise<void> {
  try {
    if (hasPausedItself) showTrigger(await client.triggers.resume({ id }))
    if (hasPausedItself && enabled) return
    const { secret: _secret, ...trigger } = await client.triggers.update({ id, enabled: !enabled })
    showTrigger(trigger)
  } catch (thrown) {
    toast(errorWords(thrown), 'error')
  }
}

/** Whether it can be resumed; else it can be paused. */
export function canResume({ enabled, hasPausedItself }: Trigger): boolean {
  return hasPausedItself || !enabled
}

/** Deletes it with its history. Rejects where that fails. */
export async function removeTrigger({ id }: Trigger): Promise<void> {
  await client.triggers.remove({ id })
  hideTrigger(id)
  ui.go({ name: 'triggers' })
}
