import { useEffect } from 'react'
import { general, numbered } from '../commands/commands.ts'
import { isKeys } from '../commands/keys.ts'
import { bridge } from '../connection/bridge.ts'
import { usePool } from '../state/pool-store.ts'
import { screenAt } from '../state/screen-address.ts'
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
      const { dialog, paletteOpen } = useUi.getState()
      // A dialog is answered first: what was written in it is not thrown away by a key.
      if (event.defaultPrevented || dialog !== null) return
      if (paletteOpen && isKeys(event, 'mod+k')) {
        event.preventDefault()
        ui.setPalette(false)
        return
      }
      if (event.altKey && hasOwnAlt(event.target)) return
      const command = [...general, ...numbered].find(({ keys }) => keys !== undefined && isKeys(event, keys))
      if (!command || command.isThere?.() === false) return
      event.preventDefault()
      command.run()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

/** Alt and an arrow open the list of a field. */
function hasOwnAlt(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('select, [role="combobox"], [role="menu"], [role="listbox"]') !== null
}

/** What waits for the user, in the window's title and on the dock; and which conversation is open. */
export function useAttention(count: number): void {
  const screen = useUi((state) => state.screen)
  const title = usePool(({ conversations }) => (screen.name === 'conversation' ? conversations.get(screen.id)?.title : undefined))
  useEffect(() => {
    const words = title === undefined ? 'Bullpen' : `${title} · Bullpen`
    document.title = count > 0 ? `(${count}) ${words}` : words
  }, [count, title])
  useEffect(() => bridge?.setBadge(count), [count])
}

/** A file that is dropped beside the field for it would take the place of the whole page. */
export function useNoStrayDrops(): void {
  useEffect(() => {
    const refuse = (event: DragEvent) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'none'
    }
    window.addEventListener('dragover', refuse)
    window.addEventListener('drop', refuse)
    return () => {
      window.removeEventListener('dragover', refuse)
      window.removeEventListener('drop', refuse)
    }
  }, [])
}

/** Commands of the native menu and clicks on notifications. */
export function useDesktopCommands(): void {
  useEffect(() => {
    const stopCommands = bridge?.onCommand((id) => general.find((command) => command.id === id)?.run())
    const stopOpening = bridge?.onOpen((address) => {
      const screen = screenAt(address)
      if (screen) ui.go(screen)
    })
    return () => {
      stopCommands?.()
      stopOpening?.()
    }
  }, [])
}
