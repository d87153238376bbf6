import { z } from 'zod'
import { idSchema, timeSchema } from './common.ts'

/** A secret's name: what stands in `${secret:NAME}`. */
export const secretNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'A secret’s name starts with a letter and has at most 64 letters, digits, “-” and “_”.')

/** More does not go through the programs of some key stores. */
export const mostSecretCharacters = 4_000
/** Never stored by us, logged or answered: it goes into the system's key store and into the process that asks for it. */
export const secretValueSchema = z
  .string()
  .min(1, 'Enter the value.')
  .max(mostSecretCharacters, `A secret has at most ${mostSecretCharacters.toLocaleString('en')} characters.`)
  .refine((value) => !/[\0\r\n]/.test(value), 'A secret is one line: remove line breaks and NUL characters.')

/** Who uses something that is saved. */
export const userOfSchema = z.object({ kind: z.enum(['instance', 'profile', 'server']), id: idSchema, name: z.string() })
export type UserOf = z.infer<typeof userOfSchema>

/** A secret as it is told: its value never is. */
export const secretInfoSchema = z.object({
  name: secretNameSchema,
  changedAt: timeSchema,
  usedBy: z.array(userOfSchema),
  /** False: it is in a key store that this Bullpen cannot read, such as that of the desktop app. */
  readable: z.boolean(),
})
export type SecretInfo = z.infer<typeof secretInfoSchema>

/** Where secrets are kept on this computer. */
export const secretStoreSchema = z.object({
  /** `keychain`: macOS; `secret-service`: `secret-tool` on Linux; `desktop`: the desktop app's own encryption by the system; `none`. */
  kind: z.enum(['keychain', 'secret-service', 'desktop', 'none']),
  /** Such as "macOS Keychain". */
  label: z.string(),
  available: z.boolean(),
  /** Why it is not, and what to do instead. */
  reason: z.string().optional(),
})
export type SecretStore = z.infer<typeof secretStoreSchema>

/** A value that looks like a key and stands in clear where a reference belongs. */
export const clearValueSchema = z.object({ of: userOfSchema, place: z.string(), suggested: secretNameSchema })
export type ClearValue = z.infer<typeof clearValueSchema>

export const secretsSchema = z.object({ store: secretStoreSchema, items: z.array(secretInfoSchema), clear: z.array(clearValueSchema) })
export type Secrets = z.infer<typeof secretsSchema>
