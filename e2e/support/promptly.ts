import { availableParallelism, loadavg } from 'node:os'

/**
 * A time that users are promised, as a limit that a test can hold a busy machine to: three times as long, and more the more
 * programs want the processor. What it takes on a quiet machine is for the benches to tell.
 */
export function promptly(ms: number): number {
  const wanting = (loadavg()[0] ?? 0) / availableParallelism()
  return 3 * ms * Math.max(1, wanting)
}
