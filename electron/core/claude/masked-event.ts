import type { ErrorInfo } from '../../../shared/app-error.ts'
import type { ClaudeEvent } from './claude-event.ts'

type Mask = (text: string) => string

/** What Claude Code tells of failures and of itself, without secrets: services repeat the keys that they refuse. What Claude says stays. */
export function maskedEvent(event: ClaudeEvent, mask: Mask): ClaudeEvent {
  switch (event.type) {
    case 'assistant':
      return event.error === null ? event : { ...event, error: maskedError(event.error, mask) }
    case 'result':
      return event.error === null ? event : { ...event, error: maskedError(event.error, mask), text: mask(event.text) }
    case 'said':
      return { ...event, text: mask(event.text) }
    case 'notice':
      return { ...event, message: mask(event.message) }
    default:
      return event
  }
}

function maskedError({ code, message, data }: ErrorInfo, mask: Mask): ErrorInfo {
  const masked: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(data ?? {})) masked[name] = typeof value === 'string' ? mask(value) : value
  return { code, message: mask(message), ...(data === undefined ? {} : { data: masked }) }
}

/** What broke the reading of a child's output, for the log. */
export function maskedFault(thrown: unknown, mask: Mask): string {
  return mask(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))
}
