import { create } from 'zustand'

/** `act`: a button, for example to undo what the message tells. */
export type ToastAct = { label: string; run: () => void }
export type Toast = {
  id: number
  level: 'info' | 'warning' | 'error'
  text: string
  conversationId: string | null
  act?: ToastAct | undefined
}

const most = 4
const infoMs = 6_000
/** Long enough to change one's mind. */
const actMs = 12_000
let lastId = 0

/** Short messages at the edge of the screen. Errors stay until they are put away. */
export const useToasts = create<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }))

export function toast(text: string, level: Toast['level'] = 'info', conversationId: string | null = null, act?: ToastAct): void {
  lastId += 1
  const id = lastId
  const same = (one: Toast) => one.text === text
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts.filter((one) => !same(one)), { id, level, text, conversationId, act }].slice(-most),
  }))
  if (level !== 'error') setTimeout(() => dismissToast(id), act ? actMs : infoMs)
}

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) }))
}
