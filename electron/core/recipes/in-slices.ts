import { breathe } from '../storage/breathe.ts'

/** Others wait no longer than this for their turn, but for the longest single step of the work. */
const sliceMs = 10
/** The clock is looked at after so many steps. */
const stepsAtOnce = 16

/** Lets others have their turn, as often as some time has passed. */
export class Pace {
  #since = performance.now()

  /** To be awaited between the parts of long work. */
  async rest(): Promise<void> {
    if (performance.now() - this.#since < sliceMs) return
    await breathe()
    this.#since = performance.now()
  }
}

/**
 * The value that nested generators come to, as Liquid makes them: what one yields is worked out and handed back to it. Done in slices,
 * with others' work between them. Throws RangeError when the slices take longer than `mostMs` altogether.
 */
export async function inSlices(work: unknown, mostMs: number): Promise<unknown> {
  if (!isWork(work)) return work
  const open = [work]
  let known: Known = { value: undefined }
  let since = performance.now()
  let spentMs = 0
  for (let steps = 1; open.length > 0; steps += 1) {
    known = step(open, known)
    if (steps % stepsAtOnce !== 0) continue
    const tookMs = performance.now() - since
    if (tookMs < sliceMs) continue
    spentMs += tookMs
    if (spentMs > mostMs) throw new RangeError('it takes too long')
    await breathe()
    since = performance.now()
  }
  if ('thrown' in known) throw known.thrown
  return known.value
}

type Work = Iterator<unknown, unknown, unknown> & { throw: (thrown: unknown) => IteratorResult<unknown, unknown> }
/** What the innermost of the open generators is told next. */
type Known = { value: unknown } | { thrown: unknown }

function step(open: Work[], known: Known): Known {
  const innermost = open.at(-1)
  try {
    const result = 'thrown' in known ? innermost?.throw(known.thrown) : innermost?.next(known.value)
    if (!result || result.done === true) open.pop()
    if (!isWork(result?.value)) return { value: result?.value }
    open.push(result.value)
    return { value: undefined }
  } catch (thrown) {
    open.pop()
    return { thrown }
  }
}

function isWork(value: unknown): value is Work {
  if (typeof value !== 'object' || value === null || !('next' in value && 'throw' in value && 'return' in value)) return false
  return [value.next, value.throw, value.return].every((part) => typeof part === 'function')
}
