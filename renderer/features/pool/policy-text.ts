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
    words: 'An instance that did nothing for so long gives its memory back. Its next message wakes it.',
    factor: 60,
    optional: true,
  },
  {
    key: 'memoryLimitMb',
    title: 'Memory limit, MB',
    words: 'Over it the idle instance used longest ago is parked; never a busy or pinned one.',
    factor: 1,
    optional: true,
  },
  {
    key: 'memoryShare',
    title: 'Memory limit, % of this machine',
    words: 'The lower one of both limits counts.',
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
    title: 'Turns at the same time',
    words: 'Over all instances; others wait, higher priority first.',
    factor: 1,
    optional: true,
  },
  {
    key: 'rateLimit',
    title: 'Turns a minute',
    words: 'Turns that may begin within a minute, over all instances.',
    factor: 1,
    optional: true,
  },
  {
    key: 'min',
    title: 'Keep running at least',
    words: 'The pool parks no more when only so many instances run.',
    factor: 1,
    optional: false,
  },
  {
    key: 'max',
    title: 'Make at most',
    words: 'When you ask the pool and all are busy it makes one more, up to so many in all.',
    factor: 1,
    optional: true,
  },
  {
    key: 'affinityStrength',
    title: 'Affinity, %',
    words: 'How much longer a queue may be before work does not go back to the instance that knows it.',
    factor: 0.01,
    optional: false,
  },
]

export const strategies: readonly { value: Strategy; label: string; words: string }[] = [
  { value: 'affinity', label: 'Affinity', words: 'Work goes back to the instance that knows it, else to the least busy one.' },
  { value: 'least-busy', label: 'Least busy', words: 'The instance with the fewest turns to do.' },
  { value: 'least-recently-used', label: 'Least recently used', words: 'The instance that was used longest ago.' },
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
  if (typed === '') return optional ? { [key]: null } : 'Give a number.'
  const number = Number(typed.replace(',', '.'))
  if (!Number.isFinite(number) || number < 0) return 'Give a number, or leave it empty.'
  return { [key]: Math.round(number * factor * 10_000) / 10_000 }
}
