/** An instance as the housekeeping sees it; times are monotonic milliseconds. */
export type Kept = {
  id: string
  name: string
  /** It has a process that does nothing now: no turn runs or waits, and the user did not pause it. */
  isIdle: boolean
  isRunning: boolean
  idleMs: number
  processAgeMs: number
  memoryMb: number | null
  pinned: boolean
}
