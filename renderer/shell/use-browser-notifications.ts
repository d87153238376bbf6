import { useEffect } from 'react'
import { approvalWords, stepAskWords } from '../../shared/notification-words.ts'
import { bridge } from '../connection/bridge.ts'
import { notificationState, showNotification } from '../connection/notifications.ts'
import { isWatched, tellWatching } from '../connection/watching.ts'
import { usePool, type PoolState } from '../state/pool-store.ts'
import { stepNeedsIn } from '../state/step-needs.ts'
import { ui } from '../state/ui-store.ts'

const mostShown = 20

/** In a browser: tells what waits for the user while the page is not looked at. The desktop shell does it by itself. */
export function useBrowserNotifications(): void {
  useEffect(() => {
    if (bridge !== null) return undefined
    const shown = new Map<string, () => void>()
    const close = (id: string) => {
      shown.get(id)?.()
      shown.delete(id)
    }
    const stop = usePool.subscribe((now, before) => {
      if (now.approvals === before.approvals && now.runs === before.runs) return
      const told = tellable(now)
      for (const id of shown.keys()) if (!told.has(id)) close(id)
      const isWanted = now.settings?.notifications === true && notificationState() === 'allowed'
      // What was there when the page was loaded is on it already.
      if (!isWanted || !before.loaded) return
      const known = tellable(before)
      const fresh = [...told.keys()].filter((id) => !known.has(id))
      if (fresh.length > 0) void isWatched().then((watched) => watched || show(fresh))
    })
    const show = (fresh: readonly string[]) => {
      const now = tellable(usePool.getState())
      for (const tag of fresh) {
        const words = now.get(tag)
        // Answered meanwhile. The same tag in several windows is one notification.
        if (words && !shown.has(tag) && shown.size < mostShown) shown.set(tag, showNotification({ tag, ...words }))
      }
    }
    const stopTelling = tellWatching()
    return () => {
      stop()
      stopTelling()
      for (const id of shown.keys()) close(id)
    }
  }, [])
}

type Told = { title: string; body: string; onClick: () => void }

/** What waits for the user and can be told, by what tells it apart. */
function tellable({ approvals, instances, runs }: PoolState): ReadonlyMap<string, Told> {
  const all = new Map<string, Told>()
  for (const [id, approval] of approvals) {
    const name = instances.get(approval.instanceId)?.name ?? 'Claude'
    all.set(id, { ...approvalWords(approval, name), onClick: () => ui.go({ name: 'conversation', id: approval.conversationId }) })
  }
  for (const { key, run, ask } of stepNeedsIn(runs))
    all.set(key, { ...stepAskWords(run.title, ask), onClick: () => ui.go({ name: 'run', id: run.id, step: ask.stepId }) })
  return all
}
