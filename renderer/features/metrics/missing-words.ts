import { toast } from '../../state/toasts.ts'

/** Where single turns of long ago are left out: their files are too many to be read for one question. */
export const olderCutWords =
  'Turns older than 30 days aren’t listed: they span more than 200 conversations. Choose a shorter range or a filter.'

/** Says what a file of turns does not have. */
export function warnOfMissing({ cut, older }: { cut: boolean; older: boolean }): void {
  if (cut) toast('The file has the first 100,000 turns only. Choose a shorter range for the others.', 'warning')
  if (older) toast(`The file is incomplete. ${olderCutWords}`, 'warning')
}
