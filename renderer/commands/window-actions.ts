import { bridge } from '../connection/bridge.ts'
import { addressOf, startAddress, type Screen } from '../state/screen-address.ts'

/** Opens a further window, or in a browser a further tab. Its keys are the desktop menu's: browsers have their own for it. */
export function openWindow(screen: Screen): void {
  const address = addressOf(screen)
  if (bridge) return bridge.openWindow(address)
  window.open(location.pathname + (address === '' ? startAddress : address), '_blank', 'noopener')
  return undefined
}
