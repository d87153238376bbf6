import { startTransition, useEffect, useState } from 'react'

/** So few that come in are drawn at once. */
const atOnce = 6

/** How many of `total` parts are drawn by now: `step` at first and as many more with each frame, so that none takes long. */
export function useDrawn(total: number, step: number): number {
  const [drawn, setDrawn] = useState(step)
  const shown = total - drawn <= atOnce ? total : Math.min(total, drawn)
  useEffect(() => {
    if (drawn >= total) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => startTransition(() => setDrawn((now) => Math.max(now, Math.min(total, now + step)))))
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [drawn, total, step])
  return shown
}
