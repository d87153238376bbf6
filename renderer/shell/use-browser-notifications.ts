import { useEffect } from 'react'
import type { Approval } from '../../shared/domain/approval.ts'
import { approvalWords } from '../../shared/notification-words.ts'
import { bridge } from '../connection/bridge.ts'
import { notificationState, showNotification } from '../connection/notifications.ts'
import { isWatched, tellWatching } from '../connection/watching.ts'
import { usePool } from '../state/pool-store.ts'
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
      if (now.approvals === before.approvals) return
      for (const id of shown.keys()) if (!now.approvals.has(id)) close(id)
      const isWanted = now.settings?.notifications === true && notificationState() === 'allowed'
      // What was there when the page was loaded is on it already.
      if (!isWanted || !before.loaded) return
      const fresh = [...now.approvals].filter(([id]) => !before.approvals.has(id))
      if (fresh.length > 0) void isWatched().then((watched) => watched || show(fresh))
    })
    const show = (fresh: readonly [string, Approval][]) => {
      const now = usePool.getState()
      for (const [id, approval] of fresh) {
        // Answered meanwhile. The same tag in several windows is one notification.
        if (!now.approvals.has(id) || shown.has(id) || shown.size >= mostShown) continue
        const name = now.instances.get(approval.instanceId)?.name ?? 'Claude'
        const onClick = () => ui.go({ name: 'conversation', id: approval.conversationId })
        shown.set(id, showNotification({ tag: id, ...approvalWords(approval, name), onClick }))
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
