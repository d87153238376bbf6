const lockName = 'bullpen:watched'

/** Holds a lock of the browser's while this page has the focus, so that others know; it goes with the page. */
export function tellWatching(): () => void {
  const end = new AbortController()
  let release: (() => void) | null = null
  const look = () => {
    if (!document.hasFocus()) {
      release?.()
      release = null
    } else if (release === null) {
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      navigator.locks?.request(lockName, { mode: 'shared' }, () => held).catch(() => undefined)
    }
  }
  look()
  window.addEventListener('focus', look, { signal: end.signal })
  window.addEventListener('blur', look, { signal: end.signal })
  return () => {
    end.abort()
    release?.()
  }
}

/** Whether somebody looks at this page or at another one of the same Bullpen. */
export async function isWatched(): Promise<boolean> {
  if (document.hasFocus()) return true
  const { held = [] } = (await navigator.locks?.query().catch(() => null)) ?? {}
  return held.some(({ name }) => name === lockName)
}
