import { implement } from '@orpc/server'
import { contract } from '../../../shared/contract/index.ts'
import type { Core } from '../core.ts'
import { typedErrors } from './typed-errors.ts'

/** What every call is given. */
export type ApiContext = {
  core: Core
  /** Resolves when the caller has taken what it was sent: streams wait for it, so that a slow reader costs no memory. */
  drained?: () => Promise<void>
  /** Tells the caller, beside a refusal, after how long to try again. */
  retryAfter?: (seconds: number) => void
  /** Parameters that stand in the address of a call that takes none there. */
  strayParameters?: readonly string[]
  /** The caller is a program, and no window of ours. */
  fromProgram?: boolean
}

/** Where all handlers start. */
export const api = implement(contract).$context<ApiContext>().use(typedErrors)
