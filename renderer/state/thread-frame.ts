const hiddenDelayMs = 200

/**
 * Calls back once before the next frame, however often it is asked. A hidden page draws no frames, so
 * there a timer takes over. Returns how to ask and how to end.
 */
export function oncePerFrame(flush: () => void): { ask: () => void; close: () => void } {
  let frame: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const forget = () => {
    if (frame !== undefined) cancelAnimationFrame(frame)
    clearTimeout(timer)
    frame = undefined
    timer = undefined
  }
  const run = () => {
    forget()
    flush()
  }
  return {
    ask: () => {
      if (timer !== undefined) return
      timer = setTimeout(run, hiddenDelayMs)
      if (typeof requestAnimationFrame === 'function') frame = requestAnimationFrame(run)
    },
    close: forget,
  }
}
