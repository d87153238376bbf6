import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** The time to the second, anew every second while `active`; for clocks that run on the screen. All share one timer. */
export function useNow(active: boolean): number {
  return useSyncExternalStore(active ? subscribe : never, second)
}

/** The time to the minute, anew every minute while `active`; for ages. */
export function useMinute(active = true): number {
  return useSyncExternalStore(active ? subscribe : never, minute)
}

function minute(): number {
  return Math.floor(Date.now() / 60_000) * 60_000
}

function second(): number {
  return Math.floor(Date.now() / 1000) * 1000
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    for (const one of listeners) one()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function never(): () => void {
  return () => undefined
}
