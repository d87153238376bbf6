import type { Exchange } from '../../../shared/domain/aside.ts'
import { plural } from '../../words/figures.ts'

/** What stands under an answer: how it goes, or how it ended; nothing under one that is whole. */
export function asideStatus({ outcome, answer, looks, error, isCut }: Exchange): string {
  if (outcome === null) return answer === '' ? (looks > 0 ? `Reading (${plural(looks, 'file')})…` : 'Thinking…') : ''
  if (outcome === 'failed') return error?.message ?? 'Claude did not answer. Ask again.'
  if (outcome === 'interrupted') return 'Stopped.'
  return isCut ? 'The answer is too long to show in full.' : ''
}
