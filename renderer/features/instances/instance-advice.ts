import type { ErrorInfo } from '../../../shared/app-error.ts'

/** What helps against a failure, the best first. `restart` is offered last where something has to be mended before. */
export type Remedy = 'sign-in' | 'edit' | 'settings' | 'secrets' | 'restart'

export type Advice = {
  /** What it is, in a few words. */
  title: string
  remedies: readonly Remedy[]
}

/** What a failed instance needs from the user. The sentence itself is the core's. */
export function adviceFor(error: Pick<ErrorInfo, 'code'> | undefined): Advice {
  switch (error?.code) {
    case 'NOT_LOGGED_IN':
    case 'UNAUTHORIZED':
      return { title: 'Claude Code is not signed in', remedies: ['sign-in', 'restart'] }
    case 'CLAUDE_MISSING':
      return { title: 'Claude Code was not found', remedies: ['settings', 'restart'] }
    case 'CLAUDE_NOT_EXECUTABLE':
      return { title: 'Claude Code cannot be run', remedies: ['settings', 'restart'] }
    case 'CLAUDE_TOO_OLD':
      return { title: 'Claude Code is too old', remedies: ['settings', 'restart'] }
    case 'FOLDER_MISSING':
    case 'FOLDER_NOT_DIRECTORY':
    case 'FOLDER_UNREADABLE':
      return { title: 'Its folder can’t be used', remedies: ['edit', 'restart'] }
    case 'SECRET_MISSING':
      return { title: 'Something it refers to is missing', remedies: ['secrets', 'edit', 'restart'] }
    case 'MODEL_NOT_FOUND':
      return { title: 'Unknown model', remedies: ['edit', 'restart'] }
    case 'CLAUDE_START_TIMEOUT':
      return { title: 'It didn’t start in time', remedies: ['restart', 'edit'] }
    case 'CLAUDE_EXITED':
      return { title: 'It keeps crashing', remedies: ['restart', 'edit'] }
    default:
      return { title: 'It has failed', remedies: ['restart', 'edit'] }
  }
}
