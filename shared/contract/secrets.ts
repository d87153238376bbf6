import { z } from 'zod'
import { secretNameSchema, secretInfoSchema, secretsSchema, secretValueSchema } from '../domain/secret.ts'
import { call } from './base.ts'

const byName = z.object({ name: secretNameSchema })

/** Secrets in the system's key store. Their values are never answered. */
export const secrets = {
  list: call
    .route({ method: 'GET', path: '/secrets', summary: 'Names of secrets, who uses them, and values that stand in clear' })
    .output(secretsSchema),
  set: call
    .route({ method: 'PUT', path: '/secrets/{name}', summary: 'Keep a secret in the system’s key store' })
    .input(byName.extend({ value: secretValueSchema }))
    .output(secretInfoSchema),
  remove: call
    .route({ method: 'DELETE', path: '/secrets/{name}', summary: 'Delete a secret; what refers to it cannot start any more' })
    .input(byName)
    .output(z.object({ removed: z.literal(true) })),
}
