import type { PermissionMode } from '../../shared/domain/instance.ts'

/** `''`: none is chosen by us, so Claude Code's own settings decide. */
export type PermissionChoice = {
  value: PermissionMode | ''
  /** In a list to choose from. */
  label: string
  /** Where there is little room, such as the composer. */
  short: string
  hint: string
  /** What Claude may do in it, in a sentence. */
  permitted: string
}

const asks = 'Claude can read and edit files in this folder, and asks before doing anything you haven’t allowed.'

/** Every permission mode, the careful ones first: the one list that all menus and forms share. */
export const permissionChoices: readonly PermissionChoice[] = [
  {
    value: '',
    label: 'As in Claude Code’s settings',
    short: 'As in settings',
    hint: 'Uses the default mode of your Claude Code settings.',
    permitted: 'Claude can read files in this folder. Your Claude Code settings decide what else it may do without asking.',
  },
  {
    value: 'default',
    label: 'Ask before edits and commands',
    short: 'Ask before edits',
    hint: 'You decide about each tool that changes something.',
    permitted: asks,
  },
  {
    value: 'acceptEdits',
    label: 'Allow edits, ask before commands',
    short: 'Edits allowed',
    hint: 'Files in its folders are changed without asking.',
    permitted: 'Claude can read and edit files in this folder, and asks before anything else that you haven’t allowed.',
  },
  {
    value: 'plan',
    label: 'Plan only',
    short: 'Plan only',
    hint: 'Claude reads and makes a plan. Anything that changes something is still asked.',
    permitted: 'Claude reads files in this folder and makes a plan.',
  },
  {
    value: 'auto',
    label: 'Auto: Claude Code checks each step',
    short: 'Auto',
    hint: 'Claude Code decides what is safe and asks about the rest. Only some models and accounts have it; without it, Claude asks.',
    permitted: 'Claude Code checks each step by itself, runs what it finds safe, and asks about the rest.',
  },
  {
    value: 'dontAsk',
    label: 'Deny unless allowed',
    short: 'Deny unless allowed',
    hint: 'Never asks: what isn’t allowed is denied.',
    permitted: 'Claude can read files in this folder. What you haven’t allowed is denied without asking.',
  },
  {
    value: 'bypassPermissions',
    label: 'Allow everything',
    short: 'Everything allowed',
    hint: 'Never asks. Denied tools stay denied.',
    permitted: 'Claude can run any command and change any file without asking.',
  },
]

/** What a person has to know before every command runs unasked. */
export const bypassWarning =
  'Claude can run any command and change any file without asking, including on instructions hidden in files it reads. Use this only in a container, or where nothing can be broken.'

/** The permission mode in a few words. */
export function permissionWords(mode: string | undefined): string {
  return choiceOf(mode)?.short ?? mode ?? ''
}

/** What Claude may do in a permission mode, in a sentence. */
export function permittedWords(mode: string | undefined): string {
  return choiceOf(mode)?.permitted ?? asks
}

function choiceOf(mode = ''): PermissionChoice | undefined {
  return permissionChoices.find(({ value }) => value === mode)
}
