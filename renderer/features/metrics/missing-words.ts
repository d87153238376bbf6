import { toast } from '../../state/toasts.ts'

/** Where single turns of long ago are left out: their files are too many to be read for one question. */
export const olderCutWords =
  'Turns that are older than 30 days are not listed: they lie in more than 200 conversations. Choose a shorter range, or a filter.'

/** Says what a file of turns does not have. */
export function warnOfMissing({ cut, older }: { cut: boolean; older: boolean }): void {
  if (cut) toast('The file has the first 100,000 turns only. Choose a shorter range for the others.', 'warning')
  if (older) toast(`The file is not whole. ${olderCutWords}`, 'warning')
}
