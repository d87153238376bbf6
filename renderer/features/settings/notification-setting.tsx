import { useState } from 'react'
import { bridge } from '../../connection/bridge.ts'
import { askForNotifications, notificationState, type NotificationState } from '../../connection/notifications.ts'
import { Switch } from '../../ui/switch.tsx'
import { Setting } from './setting.tsx'

const words = 'Get notified when something needs you or has finished while Bullpen is in the background.'

const inBrowser: Record<NotificationState, string | null> = {
  allowed: null,
  undecided: 'Your browser will ask for permission.',
  refused: 'This browser blocks notifications from this address. Allow them in its site settings.',
  unknown: 'This browser doesn’t support notifications.',
}

/** Whether notifications are wanted. In a browser they also take its permission, which is asked for here and nowhere else. */
export function NotificationSetting({ on }: { on: boolean }) {
  const [state, setState] = useState(() => (bridge === null ? notificationState() : 'allowed'))
  const isOn = on && state === 'allowed'
  const note = inBrowser[state]
  return (
    <Setting
      title="Notifications"
      words={
        <>
          <p>{words}</p>
          {note !== null && <p className="setting-now">{note}</p>}
        </>
      }
    >
      {({ id, 'aria-describedby': description }, save) => (
        <Switch
          id={id}
          aria-describedby={description}
          checked={isOn}
          onChange={(value) => {
            void save({ notifications: value })
            if (value && state === 'undecided') void askForNotifications().then(setState)
          }}
        />
      )}
    </Setting>
  )
}
