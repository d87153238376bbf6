import type { NewInstance } from '../../../shared/domain/recipe.ts'
import { withoutNul } from './without-nul.ts'

/** What a caller says about work, as the queue takes it. Throws BAD_REQUEST for a configuration that no program can be given. */
export function workOf<T extends { new?: NewInstance | undefined }>({
  new: launch,
  ...work
}: T): Omit<T, 'new'> & { launch?: NewInstance } {
  return { ...work, ...(launch === undefined ? {} : { launch: withoutNul(launch) }) }
}
