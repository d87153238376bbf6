/** When a test gives up: many times what it waits for usually takes, so that a slow machine is not taken for a fault. */
export const patienceMs = 60_000

/** Waits until `check` answers something other than undefined, null or false, and answers that. Throws `what` when it takes too long. */
export async function until<T>(what: string, check: () => Maybe<T> | Promise<Maybe<T>>, timeoutMs = patienceMs): Promise<T> {
  const began = performance.now()
  for (;;) {
    const value = await check()
    if (value !== undefined && value !== null && value !== false) return value
    const waited = performance.now() - began
    if (waited > timeoutMs) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(waited)))
  }
}

/** What takes long is asked for less often: each question takes processor time from what it waits for. */
function pauseAfter(waitedMs: number): number {
  return Math.min(60, Math.max(20, waitedMs / 10))
}

type Maybe<T> = T | undefined | null | false

/** The promise's value, or an error that names what did not come in time. */
export async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}.`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
