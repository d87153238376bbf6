import { useEffect } from 'react'
import { general } from '../commands/commands.ts'
import { isKeys } from '../commands/keys.ts'
import { bridge } from '../connection/bridge.ts'
import { usePool } from '../state/pool-store.ts'
import { newConversation, attempt } from '../features/instances/instance-actions.ts'
import { ui, useUi } from '../state/ui-store.ts'

/** The theme of the settings on the page, as the system is unless one was chosen. */
export function useTheme(): void {
  const theme = usePool((state) => state.settings?.theme ?? 'system')
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const show = () => {
      document.documentElement.dataset['theme'] = theme === 'dark' || (theme === 'system' && dark.matches) ? 'dark' : 'light'
    }
    show()
    dark.addEventListener('change', show)
    return () => dark.removeEventListener('change', show)
  }, [theme])
}

/** Details leave first when the window gets narrow, and come back with the room. */
export function useRoomForDetails(): void {
  useEffect(() => {
    const narrow = window.matchMedia('(max-width: 1020px)')
    const follow = () => useUi.setState({ inspectorOpen: !narrow.matches })
    narrow.addEventListener('change', follow)
    return () => narrow.removeEventListener('change', follow)
  }, [])
}

/** The keys of commands, anywhere on the page. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (isKeys(event, 'mod+shift+o')) {
        event.preventDefault()
        beginConversation()
        return
      }
      const command = general.find(({ keys }) => keys !== undefined && isKeys(event, keys))
      if (!command) return
      event.preventDefault()
      command.run()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

/** What waits for the user, in the window's title and on the dock. */
export function useAttention(count: number): void {
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Bullpen` : 'Bullpen'
    bridge?.setBadge(count)
  }, [count])
}

/** Commands of the native menu and clicks on notifications. */
export function useDesktopCommands(): void {
  useEffect(() => {
    const stopCommands = bridge?.onCommand((id) => general.find((command) => command.id === id)?.run())
    const stopOpening = bridge?.onOpenConversation((id) => ui.go({ name: 'conversation', id }))
    return () => {
      stopCommands?.()
      stopOpening?.()
    }
  }, [])
}

function beginConversation(): void {
  const { screen } = useUi.getState()
  const { conversations } = usePool.getState()
  const instanceId =
    screen.name === 'conversation' ? conversations.get(screen.id)?.instanceId : screen.name === 'instance' ? screen.id : null
  if (instanceId) attempt(newConversation(instanceId))
}
