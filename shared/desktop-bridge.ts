/** What the desktop window's preload gives to its page, besides the port that carries the contract. */
export type DesktopBridge = {
  /** Asks for a port; it comes as a window message of `portMessage`. */
  requestPort: () => void
  /** Lets the user choose a folder; null when the user does not. */
  pickFolder: (start: string | null) => Promise<string | null>
  /** Lets the user choose a file; null when the user does not. */
  pickFile: () => Promise<string | null>
  /** Lets the user say where a file is to be saved; null when the user does not. */
  pickSave: (name: string) => Promise<string | null>
  /** Where a file that was dropped, pasted or chosen lies; null for one that lies nowhere. */
  pathOf?: (file: object) => string | null
  /** How many things wait for the user, for the dock or task bar. */
  setBadge: (count: number) => void
  /** Opens a further window, at an address of the page (`#/…`) or, when that is empty, at the start. */
  openWindow: (address: string) => void
  /** Calls back with the id of a command that was chosen in the native menu, until the returned function is called. */
  onCommand: (listener: (id: string) => void) => () => void
  /** Calls back with the address of the page (`#/…`) to which a notification that was clicked leads. */
  onOpen: (listener: (address: string) => void) => () => void
}

/** The `type` of the window message that brings a port. */
export const portMessage = 'bullpen:port'

/** The name of the bridge in the page's window. */
export const bridgeName = 'bullpen'

const taken = /^taken:(\d{1,15})$/

/** What the page says over its port once it has taken so many bytes of what it was sent. */
export function takenMessage(bytes: number): string {
  return `taken:${bytes}`
}

/** How much the page has taken, when that is what it says; null for anything else. */
export function bytesTaken(data: unknown): number | null {
  const found = typeof data === 'string' ? taken.exec(data)?.[1] : undefined
  return found === undefined ? null : Number(found)
}

/** How much a message counts; both sides count the same. */
export function messageBytes(data: unknown): number {
  if (typeof data === 'string') return data.length
  return data instanceof Uint8Array ? data.byteLength : 0
}
