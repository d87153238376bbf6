import type { DesktopBridge } from '../../shared/desktop-bridge.ts'

declare global {
  interface Window {
    bullpen?: DesktopBridge
  }
}

/** What the desktop window offers; null in a browser. */
export const bridge: DesktopBridge | null = window.bullpen ?? null
