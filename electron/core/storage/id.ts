import { randomBytes } from 'node:crypto'

/** The nouns that have ids. */
export type IdPrefix =
  | 'conv'
  | 'inst'
  | 'msg'
  | 'turn'
  | 'task'
  | 'batch'
  | 'appr'
  | 'xfer'
  | 'spare'
  | 'shell'
  | 'prompt'
  | 'rule'
  | 'rewind'
  | 'secret'
  | 'server'
  | 'profile'
  | 'aside'
  | 'tree'
  | 'run'
  | 'trig'
  | 'fire'
  | 'tmsg'
  | 'worker'
  | 'lease'

let lastTime = 0
let counter = 0

/**
 * A new id: its prefix, the time in milliseconds (12 hex), a counter within that millisecond (4 hex) and 8 random hex.
 * Ids of one process sort by the time they were made, so files and lists have a natural order.
 */
export function newId(prefix: IdPrefix): string {
  const now = Date.now()
  counter = now > lastTime || counter === 0xffff ? 0 : counter + 1
  // A clock that was set back must not give ids that sort before earlier ones.
  lastTime = now > lastTime ? now : counter === 0 ? lastTime + 1 : lastTime
  const time = lastTime.toString(16).padStart(12, '0')
  return `${prefix}_${time}${counter.toString(16).padStart(4, '0')}${randomBytes(4).toString('hex')}`
}
