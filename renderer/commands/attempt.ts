import { errorWords } from '../words/error-words.ts'
import { toast } from '../state/toasts.ts'

/** Calls the core and shows the user why not when it cannot. */
export function attempt(call: Promise<unknown>): void {
  call.catch((thrown: unknown) => toast(errorWords(thrown), 'error'))
}
