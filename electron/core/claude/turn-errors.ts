import type { SDKAssistantMessageError, TerminalReason } from '@anthropic-ai/claude-agent-sdk'
import type { ErrorInfo } from '../../../shared/app-error.ts'
import { limitName, type MetLimit } from './limits.ts'

/**
 * What a failed turn means, from what Claude Code says of it. `kinds`: its own names for the failure, the most exact first; `status`: of
 * the Messages API, or of what stands before it; `detail`: Claude Code's own text.
 */
export type FailureFacts = { status: number | null; kinds: readonly (string | null | undefined)[]; detail: string; limit: MetLimit | null }

/** `ways`: what helps, the best first, as names for programs and buttons. */
type Words = { code: string; message: string; ways?: readonly Way[] }
type Way = 'compact' | 'new-conversation'

const mostDetail = 2_000

/**
 * A sentence for the user with what to do next: by Claude Code's own kind of failure, then by its words, then by the status.
 * `data` holds `detail` (Claude Code's own text), `status`, `ways`, and for a usage limit `retryAt` (ISO 8601) and `limit`.
 */
export function turnError(facts: FailureFacts): ErrorInfo {
  const { status } = facts
  // A 429 of the service itself is told as a limit that is met as well; only the words say whose it is.
  const isOfService = /not your usage limit/i.test(facts.detail)
  const limit = isOfService ? null : facts.limit
  const { code, message, ways } = isOfService ? serviceLimited : limit === null ? wordsFor(facts) : usageLimit(limit)
  const detail = facts.detail.trim().slice(0, mostDetail)
  return {
    code,
    message,
    data: {
      ...(status === null ? {} : { status }),
      ...(detail === '' ? {} : { detail }),
      ...(ways ? { ways } : {}),
      ...(limit?.retryAt ? { retryAt: limit.retryAt } : {}),
      ...(limit?.type ? { limit: limit.type } : {}),
    },
  }
}

function wordsFor({ status, kinds, detail }: FailureFacts): Words {
  return byKinds(kinds, status) ?? byWords(detail) ?? byStatus(status) ?? byLooseWords(detail) ?? unknown(detail)
}

const notLoggedIn: Words = {
  code: 'NOT_LOGGED_IN',
  message: 'Claude Code is not signed in, or its key is refused. Sign in, then send the message again.',
}
const forbidden: Words = {
  code: 'REQUEST_FORBIDDEN',
  message:
    'The request was refused by the API, or by a proxy or firewall in between (403). Check your network and what your account can access, then send it again.',
}
const proxyWantsSignIn: Words = {
  code: 'REQUEST_FORBIDDEN',
  message: 'A proxy asks for a sign-in (407). Check the proxy settings of this computer, then send it again.',
}
const account: Words = {
  code: 'ACCOUNT_REFUSED',
  message: 'Your account cannot be used right now. Follow what Claude Code says below, then send it again.',
}
const billing: Words = {
  code: 'BILLING',
  message: 'Your account has no credit left, or cannot be billed. Check its plan and billing, then send it again.',
}
const cut: Words = {
  code: 'CONNECTION_LOST',
  message: 'The connection to the model was lost before the answer was complete. What arrived is kept. Press Continue to resume.',
}
const overloaded: Words = { code: 'OVERLOADED', message: 'The model is overloaded right now. Wait a minute, then send it again.' }
const serviceLimited: Words = {
  code: 'OVERLOADED',
  message: 'Claude’s servers are limiting requests right now; this is not your usage limit. Wait a minute, then send it again.',
}
const rateLimited: Words = {
  code: 'RATE_LIMITED',
  message: 'Your account has reached a request or token limit. Wait a moment, then send it again.',
}
const contextFull: Words = {
  code: 'TOO_LARGE',
  message: 'This conversation is too long for the model: its context is full. Compact it with /compact, or start a new conversation.',
  ways: ['compact', 'new-conversation'],
}
const requestTooLarge: Words = {
  code: 'TOO_LARGE',
  message:
    'This message, or the conversation with its attachments, is too large to send. Send less, compact it, or start a new conversation.',
  ways: ['compact', 'new-conversation'],
}
const modelNotFound: Words = {
  code: 'MODEL_NOT_FOUND',
  message: 'This model does not exist, or your account has no access to it. Choose another model below the message, then press Continue.',
}
const refused: Words = {
  code: 'REQUEST_REFUSED',
  message: 'The model refused the request as it is. Change the message and send it again, or start a new conversation.',
}
const safeguards: Words = {
  code: 'REFUSED',
  message: "The model's safeguards stopped this message. Rephrase it in a new conversation, or choose another model.",
  ways: ['new-conversation'],
}
const badImage: Words = {
  code: 'REQUEST_REFUSED',
  message: 'The model can’t read an image in this conversation. Remove it or send another.',
}
const outputLimit: Words = {
  code: 'TURN_FAILED',
  message: 'The answer reached the model’s maximum length. Press Continue for the rest.',
}
const stepLimit: Words = { code: 'TURN_FAILED', message: 'Claude reached its step limit for this turn. Press Continue to resume.' }
const spent: Words = { code: 'BUDGET_SPENT', message: 'The budget of this session is spent. Raise it, or start a new conversation.' }

function usageLimit({ type }: MetLimit): Words {
  return { code: 'RATE_LIMITED', message: `You have reached your ${limitName(type)}. Send the message again when the limit resets.` }
}

function modelError(status: number | null): Words {
  const code = status === null ? '' : ` (${status})`
  return { code: 'MODEL_ERROR', message: `The model's service failed${code}. Press Continue to try again.` }
}

/** What an assistant message says of its failure; null where the words or the status tell more. */
const assistantKinds: Readonly<Record<SDKAssistantMessageError, Words | null>> = {
  authentication_failed: notLoggedIn,
  oauth_org_not_allowed: account,
  account_on_hold: account,
  verification_required: account,
  cloud_credential_error: notLoggedIn,
  billing_error: billing,
  rate_limit: rateLimited,
  overloaded,
  model_not_found: modelNotFound,
  max_output_tokens: outputLimit,
  server_error: null,
  invalid_request: null,
  unknown: null,
}

/** Why a turn ended, for the reasons that explain a failure. */
const reasons: Readonly<Record<TerminalReason, Words | null>> = {
  prompt_too_long: contextFull,
  blocking_limit: contextFull,
  rapid_refill_breaker: contextFull,
  image_error: badImage,
  max_turns: stepLimit,
  budget_exhausted: spent,
  api_error: null,
  model_error: null,
  malformed_tool_use_exhausted: null,
  aborted_streaming: null,
  aborted_tools: null,
  stop_hook_prevented: null,
  hook_stopped: null,
  tool_deferred: null,
  tool_deferred_unavailable: null,
  background_requested: null,
  completed: null,
  structured_output_retry_exhausted: null,
  turn_setup_failed: null,
}

/** The subtypes of results and the API's own types, as far as they say more than a status. */
const others: Readonly<Record<string, Words>> = {
  error_max_turns: stepLimit,
  error_max_budget_usd: spent,
  overloaded_error: overloaded,
  rate_limit_error: rateLimited,
  request_too_large: requestTooLarge,
}

const kindWords: ReadonlyMap<string, Words | null> = new Map(Object.entries({ ...others, ...reasons, ...assistantKinds }))

function byKinds(kinds: FailureFacts['kinds'], status: number | null): Words | null {
  const found = kinds.flatMap((kind) => (kind ? (kindWords.get(kind) ?? []) : []))[0] ?? null
  // A proxy's or an API's refusal is called a failed sign-in too.
  if (found === notLoggedIn && status === 403) return forbidden
  // And a request that is too large is called one with a bad image.
  return found === badImage && status === 413 ? requestTooLarge : found
}

function byWords(detail: string): Words | null {
  if (/credit balance|insufficient credit|billing (?:error|issue)/i.test(detail)) return billing
  if (/prompt is too long|(?:exceeds?|larger than) (?:the )?(?:model'?s? )?context|context (?:window|length|limit)/i.test(detail))
    return contextFull
  if (/safeguards|usage policy|legal\/aup/i.test(detail)) return safeguards
  return null
}

function byStatus(status: number | null): Words | null {
  if (status === null) return null
  if (status === 401) return notLoggedIn
  if (status === 402) return billing
  if (status === 403) return forbidden
  if (status === 404) return modelNotFound
  if (status === 407) return proxyWantsSignIn
  if (status === 413) return requestTooLarge
  if (status === 429) return rateLimited
  if (status === 529) return overloaded
  if (status === 400) return refused
  return status >= 500 ? modelError(status) : null
}

function byLooseWords(detail: string): Words | null {
  if (/not logged in|please run \/login|invalid api key/i.test(detail)) return notLoggedIn
  if (/server error/i.test(detail)) return modelError(null)
  return /connection|network|socket|fetch failed|ECONN|ENOTFOUND|terminated|stream|timed? ?out/i.test(detail) ? cut : null
}

function unknown(detail: string): Words {
  const said = detail.trim() === '' ? 'It gave no reason.' : `It said: ${sentence(detail.trim().slice(0, 300))}`
  return { code: 'TURN_FAILED', message: `Claude could not finish this turn. ${said} Press Continue to try again.` }
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}
