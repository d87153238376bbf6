/** What this browser says to notifications from this page. */
export type NotificationState = 'allowed' | 'undecided' | 'refused' | 'unknown'

const states: Record<NotificationPermission, NotificationState> = { granted: 'allowed', default: 'undecided', denied: 'refused' }

/** Whether the page may show notifications; `unknown` where the browser has none. */
export function notificationState(): NotificationState {
  return 'Notification' in globalThis ? states[Notification.permission] : 'unknown'
}

/** Has the browser ask the user, which it does only after a click. */
export async function askForNotifications(): Promise<NotificationState> {
  if (notificationState() !== 'undecided') return notificationState()
  return states[await Notification.requestPermission()]
}

/** Shows one; of several pages that show the same `tag` the user sees one. Answers what takes it away. */
export function showNotification(options: { tag: string; title: string; body: string; onClick: () => void }): () => void {
  const { tag, title, body, onClick } = options
  const notification = new Notification(title, { body, tag })
  notification.addEventListener('click', () => {
    window.focus()
    onClick()
    notification.close()
  })
  return () => notification.close()
}
