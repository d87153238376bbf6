import { errorWords } from '../../words/error-words.ts'
import { toast } from '../../state/toasts.ts'

/** For a click whose effect is seen elsewhere: only a failure is told. */
export function act(done: Promise<unknown>): void {
  done.catch((thrown: unknown) => toast(errorWords(thrown), 'error'))
}
