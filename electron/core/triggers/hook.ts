import { randomBytes } from 'node:crypto'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { AppError } from '../../../shared/app-error.ts'
import type { TriggerOn } from '../../../shared/domain/trigger.ts'
import { isNestedTooDeep, mostNesting } from '../../../shared/nesting.ts'
import { parseJson } from '../storage/parse-json.ts'

/** What is larger is no event. */
export const mostHookBytes = 1_000_000
const longestKey = 256

export type HookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>
type Filter = Extract<TriggerOn, { kind: 'hook' }>['filter']

/** What its caller signs with, in the form of Standard Webhooks. */
export function newHookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/**
 * Reads a call that is signed as Standard Webhooks says. Throws TOO_LARGE, UNAUTHORIZED for a signature that is none or a time that is too
 * long ago, BAD_REQUEST for a body that is not JSON.
 */
export function readHook(secret: string, headers: HookHeaders, body: Buffer): { key: string; body: unknown } {
  if (body.length > mostHookBytes)
    throw new AppError('TOO_LARGE', `The body has more than ${mostHookBytes / 1_000_000} MB. Send where the data lies instead of the data.`)
  const signed = signedHeaders(headers)
  verify(secret, signed, body)
  const value = body.length === 0 ? null : parseJson(body)
  if (value === undefined) throw new AppError('BAD_REQUEST', 'The body is not JSON. Send JSON, or nothing.')
  if (isNestedTooDeep(value)) throw new AppError('BAD_REQUEST', `The body is nested more than ${mostNesting} deep. Make it flatter.`)
  return { key: signed['webhook-id'], body: value }
}

/** Why a body is not what is waited for; null where it is. */
export function filterFault(filter: Filter, body: unknown): string | null {
  for (const { path, equals } of filter) {
    const value = valueAt(body, path)
    if (value !== equals) return `${path} is ${wordsOf(value)}, not ${JSON.stringify(equals)}.`
  }
  return null
}

type Signed = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string }

function signedHeaders(headers: HookHeaders): Signed {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  const one = (name: keyof Signed): string => {
    const value = lower.get(name)
    if (typeof value === 'string' && value !== '') return value
    throw new AppError('UNAUTHORIZED', `The header ${name} is missing. Sign the call as Standard Webhooks says, with the hook’s secret.`)
  }
  const id = one('webhook-id')
  if (id.length > longestKey) throw new AppError('BAD_REQUEST', `The header webhook-id has more than ${longestKey} characters.`)
  return { 'webhook-id': id, 'webhook-timestamp': one('webhook-timestamp'), 'webhook-signature': one('webhook-signature') }
}

function verify(secret: string, signed: Signed, body: Buffer): void {
  if (!/^\d{1,12}$/.test(signed['webhook-timestamp']))
    throw new AppError('UNAUTHORIZED', 'The header webhook-timestamp is no time. Send seconds since 1970.')
  try {
    new Webhook(secret).verify(body, signed, { jsonParse: false })
  } catch (thrown) {
    const isTime = thrown instanceof WebhookVerificationError && thrown.message.includes('timestamp')
    const message = isTime
      ? 'The call was signed more than five minutes ago, or in the future. Sign each try anew, and check both clocks.'
      : 'The signature is wrong. Check that it is made with this hook’s secret, over the body exactly as it is sent.'
    throw new AppError('UNAUTHORIZED', message, { cause: thrown })
  }
}

function valueAt(body: unknown, path: string): unknown {
  let value = body
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = new Map<string, unknown>(Object.entries(value)).get(name)
  }
  return value
}

function wordsOf(value: unknown): string {
  return value === undefined ? 'not there' : (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}
