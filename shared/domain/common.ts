import { z } from 'zod'

/** What every id of ours looks like. */
export const idPattern = /^[a-z]{1,8}_[0-9a-f]{12,40}$/

/** Ids are made by us: a prefix that names the noun and 16 to 40 characters of hex. Safe as file names. */
export const idSchema = z.string().regex(idPattern, 'This is not a valid id.')

/** Schemas that take an instance: what a caller writes there as `@name` is its id before the call is reached. */
export const instanceReferences = z.registry<{ kind: 'instance' }>()
/** An instance's id; at every door also `@` and its name. */
export const instanceIdSchema = z
  .string()
  .regex(idPattern, 'This is not the id of an instance. Give its id, or @ and its name.')
  .register(instanceReferences, { kind: 'instance' })

/** ISO 8601 in UTC, to the millisecond. */
export const timeSchema = z.iso.datetime()

/** An age in days, back to a time that a calendar has. */
export const daysSchema = z.number().nonnegative().max(36_500, 'At most 36500 days, which is a hundred years.')

/** A page of a list; `nextCursor` is what the next call takes, or null at the end. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
