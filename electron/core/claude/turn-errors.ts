import type { ErrorInfo } from '../../../shared/app-error.ts'

/** What a failed turn means, from what Claude Code says of it. `detail` is Claude Code's own text; `resetsAt` the end of a usage limit. */
export type FailureFacts = { status: number | null; kind: string | null; detail: string; resetsAt: string | null }

type Words = { code: string; message: string }

/** A sentence for the user with what to do next; the status of the Messages API decides, then Claude Code's own kind of error. */
export function turnError(facts: FailureFacts): ErrorInfo {
  const { resetsAt } = facts
  const { code, message } = resetsAt === null ? wordsFor(facts) : usageLimit(resetsAt)
  const detail = facts.detail.trim().slice(0, 500)
  const status = facts.status === null ? {} : { status: facts.status }
  return { code, message, data: { ...status, ...(detail === '' ? {} : { detail }), ...(resetsAt === null ? {} : { resetsAt }) } }
}

function wordsFor({ status, kind, detail }: FailureFacts): Words {
  const statusWords = status === null ? null : byStatus(status)
  if (statusWords) return statusWords
  const kindWords = kind === null ? null : byKind(kind)
  if (kindWords) return kindWords
  if (/not logged in|please run \/login|invalid api key/i.test(detail)) return notLoggedIn
  if (/connection|network|socket|fetch failed|ECONN|ENOTFOUND|terminated|stream/i.test(detail)) return cut
  const said = detail.trim() === '' ? 'It gave no reason.' : `It said: ${sentence(detail.trim().slice(0, 300))}`
  return { code: 'TURN_FAILED', message: `Claude could not finish this turn. ${said} Press Continue to try again.` }
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

const notLoggedIn: Words = {
  code: 'NOT_LOGGED_IN',
  message: 'Claude Code is not signed in, or its key is refused. Run `claude` in a terminal and sign in, then send it again.',
}
const cut: Words = {
  code: 'CONNECTION_LOST',
  message: 'The connection to the model was lost in the middle of the answer. What had arrived is kept. Press Continue to go on.',
}
const overloaded: Words = { code: 'OVERLOADED', message: 'The model is overloaded right now. Wait a minute, then send it again.' }
const rateLimited: Words = {
  code: 'RATE_LIMITED',
  message: 'Your account has reached a limit of requests or tokens. Wait until it is over, then send it again.',
}
function usageLimit(resetsAt: string): Words {
  const until = `${resetsAt.slice(0, 16).replace('T', ' ')} UTC`
  return { code: 'RATE_LIMITED', message: `Your account has reached its usage limit. It is over at ${until}; send it again then.` }
}

const tooLarge: Words = {
  code: 'TOO_LARGE',
  message: 'This conversation or message is too large for the model. Send less, or begin a new conversation.',
}

function byStatus(status: number): Words | null {
  if (status === 401 || status === 403) return notLoggedIn
  if (status === 429) return rateLimited
  if (status === 529) return overloaded
  if (status === 413) return tooLarge
  if (status === 404)
    return {
      code: 'MODEL_NOT_FOUND',
      message: 'The model is not known or not open to you. Choose another one for this instance, then press Continue.',
    }
  if (status === 400)
    return {
      code: 'REQUEST_REFUSED',
      message: 'The model refused the request as it is. Change the message and send it again, or begin a new conversation.',
    }
  if (status >= 500) return { code: 'MODEL_ERROR', message: `The model's service failed (${status}). Press Continue to try again.` }
  return null
}

function byKind(kind: string): Words | null {
  switch (kind) {
    case 'authentication_failed':
    case 'oauth_org_not_allowed':
    case 'cloud_credential_error':
      return notLoggedIn
    case 'billing_error':
      return { code: 'BILLING', message: 'Your account cannot be billed. Look at its plan or credit, then press Continue.' }
    case 'rate_limit':
      return rateLimited
    case 'overloaded':
      return overloaded
    case 'model_not_found':
      return byStatus(404)
    case 'server_error':
      return byStatus(500)
    case 'prompt_too_long':
    case 'blocking_limit':
      return tooLarge
    case 'invalid_request':
      return byStatus(400)
    case 'max_turns':
      return { code: 'TURN_FAILED', message: 'Claude reached its limit of steps in this turn. Press Continue to go on.' }
    default:
      return null
  }
}
