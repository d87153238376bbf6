import { z } from 'zod'
import { errorInfoSchema } from '../../../shared/app-error.ts'

/** What a thread can be asked, and what it answers. */
export type Calls = Readonly<Record<string, { input: z.ZodType; output: z.ZodType }>>

/** What is said between the core and one of its threads; both sides parse what they are told by it. */
export type Protocol<C extends Calls, T, R> = {
  /** What the thread is started with. */
  data: z.ZodType
  calls: C
  /** What the thread is told without an answer. */
  tells: z.ZodType<T>
  /** What the thread says unasked. */
  reports: z.ZodType<R>
}

export type CallInput<C extends Calls, N extends keyof C> = z.output<C[N]['input']>
export type CallOutput<C extends Calls, N extends keyof C> = z.output<C[N]['output']>

/** For a value that is typed on both sides and made by our own code: so large that reading it again would cost more than making it. */
export function trusted<V>(): z.ZodType<V> {
  return z.custom<V>((value) => value !== undefined)
}

export const toThreadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number(), name: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('tell'), tell: z.unknown() }),
  z.object({ kind: z.literal('ping') }),
  z.object({ kind: z.literal('close') }),
])
export type ToThread = z.infer<typeof toThreadSchema>

export const fromThreadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('value'), id: z.number(), value: z.unknown() }),
  z.object({ kind: z.literal('error'), id: z.number(), error: errorInfoSchema }),
  z.object({ kind: z.literal('report'), report: z.unknown() }),
  z.object({ kind: z.literal('pong') }),
  z.object({ kind: z.literal('closed') }),
])
export type FromThread = z.infer<typeof fromThreadSchema>
