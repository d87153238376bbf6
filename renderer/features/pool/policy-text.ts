import { strategySchema, type PoolPolicy, type PoolPolicyPatch, type Strategy } from '../../../shared/domain/pool.ts'

/** A number of the policy: what it is called, what it does, and its unit on the screen. */
export type PolicyNumber = {
  key:
    | 'min'
    | 'max'
    | 'spares'
    | 'memoryLimitMb'
    | 'memoryShare'
    | 'idleTimeoutSeconds'
    | 'ttlSeconds'
    | 'affinityStrength'
    | 'concurrency'
    | 'rateLimit'
    | 'removeUnusedSeconds'
  title: string
  words: string
  /** What one on the screen is in the policy: 60 for minutes of seconds. */
  factor: number
  /** Empty means: no limit. */
  optional: boolean
}

export const policyNumbers: readonly PolicyNumber[] = [
  {
    key: 'spares',
    title: 'Spares',
    words: 'Processes kept ready for each folder and configuration used before. Each holds about 100 MB.',
    factor: 1,
    optional: false,
  },
  {
    key: 'idleTimeoutSeconds',
    title: 'Park when idle, minutes',
    words: 'Idle instances free their memory after this time. The next message wakes them.',
    factor: 60,
    optional: true,
  },
  {
    key: 'memoryLimitMb',
    title: 'Memory limit, MB',
    words: 'Above this, the least recently used idle instance is parked; never a busy one or one set to keep running.',
    factor: 1,
    optional: true,
  },
  {
    key: 'memoryShare',
    title: 'Memory limit, % of this machine',
    words: 'The lower of the two limits applies.',
    factor: 0.01,
    optional: true,
  },
  {
    key: 'ttlSeconds',
    title: 'Renew after, minutes',
    words: 'A process older than this is replaced between turns, in the same session.',
    factor: 60,
    optional: true,
  },
  {
    key: 'concurrency',
    title: 'Concurrent turns',
    words: 'Across all instances. Others wait, higher priority first.',
    factor: 1,
    optional: true,
  },
  {
    key: 'rateLimit',
    title: 'Turns per minute',
    words: 'New turns per minute, across all instances.',
    factor: 1,
    optional: true,
  },
  {
    key: 'min',
    title: 'Keep running at least',
    words: 'Starts and keeps this many, and creates missing ones when new instances have a folder.',
    factor: 1,
    optional: false,
  },
  {
    key: 'max',
    title: 'Create at most',
    words: 'When all are busy, asking the pool creates another instance, up to this number.',
    factor: 1,
    optional: true,
  },
  {
    key: 'removeUnusedSeconds',
    title: 'Remove unused after, minutes',
    words: 'Instances the pool created are removed when unused this long. Their conversations stay.',
    factor: 60,
    optional: true,
  },
  {
    key: 'affinityStrength',
    title: 'Affinity, %',
    words: 'How long to wait for the instance that knows the work.',
    factor: 0.01,
    optional: false,
  },
]

export const strategies: readonly { value: Strategy; label: string; words: string }[] = [
  { value: 'affinity', label: 'Affinity', words: 'Back to the instance that knows the work, otherwise to the least busy.' },
  { value: 'least-busy', label: 'Least busy', words: 'The instance with the fewest queued turns.' },
  { value: 'least-recently-used', label: 'Least recently used', words: 'The instance that has been idle longest.' },
  { value: 'round-robin', label: 'Round-robin', words: 'Each in turn.' },
]

export function strategyOf(text: string): Strategy {
  return strategySchema.parse(text)
}

/** The policy's number as it stands on the screen. */
export function shownNumber(policy: PoolPolicy, { key, factor }: PolicyNumber): string {
  const value = policy[key]
  return value === null ? '' : String(Math.round((value / factor) * 100) / 100)
}

/** What was typed as a change of the policy, or what is wrong with it. */
export function patchOfNumber({ key, factor, optional }: PolicyNumber, text: string): PoolPolicyPatch | string {
  const typed = text.trim()
  if (typed === '') return optional ? { [key]: null } : 'Enter a number.'
  const number = Number(typed.replace(',', '.'))
  if (!Number.isFinite(number) || number < 0) return 'Enter a number, or leave it empty.'
  return { [key]: Math.round(number * factor * 10_000) / 10_000 }
}
