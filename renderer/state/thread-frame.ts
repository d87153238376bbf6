const hiddenDelayMs = 200

/** The frame in which something that is drawn was called back last. */
let lastFrame = -1

/**
 * Calls back once before the next frame, however often it is asked. A hidden page draws no frames, so
 * there a timer takes over. Of those that are drawn, which `isDrawn` tells, one is called back in each frame and the others in the next
 * ones: several conversations that stream side by side never add up to one long frame. Returns how to ask and how to end.
 */
export function oncePerFrame(flush: () => void, isDrawn: () => boolean = () => false): { ask: () => void; close: () => void } {
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
  const inFrame = (at: number) => {
    if (!isDrawn()) return run()
    if (at === lastFrame) frame = requestAnimationFrame(inFrame)
    else {
      lastFrame = at
      run()
    }
    return undefined
  }
  return {
    ask: () => {
      if (timer !== undefined) return
      timer = setTimeout(run, hiddenDelayMs)
      if (typeof requestAnimationFrame === 'function') frame = requestAnimationFrame(inFrame)
    },
    close: forget,
  }
}
