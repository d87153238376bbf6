import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

/** Who has an instance for itself, and until when. */
export const leaseSchema = z.object({
  id: idSchema,
  /** Who leased it, as they named themselves; null: they did not say. */
  by: z.string().nullable(),
  until: timeSchema,
})
export type Lease = z.infer<typeof leaseSchema>

/** Whom a leased instance works for and until when, for the user to read. */
export function leaseWords({ by, until }: Lease, clock: (time: string) => string): string {
  return `Leased${by === null ? '' : ` to ${by}`} until ${clock(until)}`
}
