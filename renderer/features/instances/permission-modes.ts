import type { PermissionMode } from '../../../shared/domain/instance.ts'

/** `''`: none is chosen here. */
export type PermissionChoice = { value: PermissionMode | ''; label: string; hint: string }

/** How much an instance may do without a question, the careful ones first. */
export const permissionChoices: readonly PermissionChoice[] = [
  { value: '', label: 'Claude Code’s settings', hint: 'Uses the default mode of your Claude Code settings.' },
  { value: 'default', label: 'Ask before edits and commands', hint: 'You decide about each tool that changes something.' },
  { value: 'acceptEdits', label: 'Allow edits, ask before commands', hint: 'Files in its folders are changed without a question.' },
  { value: 'plan', label: 'Plan only', hint: 'Reads and proposes; changes nothing.' },
  { value: 'dontAsk', label: 'Refuse what is not allowed', hint: 'Never asks: what no rule allows is refused.' },
  { value: 'bypassPermissions', label: 'Allow everything', hint: 'Never asks. Denied tools stay denied.' },
]

/** What a person has to know before every command runs unasked. */
export const bypassWarning =
  'It will run every command and change every file that you can, without a question, and so can whatever it reads on the way. Use this only in a container, or where nothing can be broken.'
