import { z } from 'zod'

/** Ids are made by us: a prefix that names the noun and 16 to 40 characters of hex. Safe as file names. */
export const idSchema = z.string().regex(/^[a-z]{1,8}_[0-9a-f]{12,40}$/, 'This is not a valid id.')
/** ISO 8601 in UTC, to the millisecond. */
export const timeSchema = z.iso.datetime()

/** A page of a list; `nextCursor` is what the next call takes, or null at the end. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
