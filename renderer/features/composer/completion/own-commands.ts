import { AppError } from '../../../../shared/app-error.ts'
import { effortSchema } from '../../../../shared/domain/claude-info.ts'
import type { LivePatch } from '../../../../shared/domain/live.ts'
import { client } from '../../../connection/connection.ts'
import { beginConversation } from '../../../commands/begin-conversation.ts'
import { openSearch } from '../../../commands/search-actions.ts'
import { chooseLive } from '../../../state/new-conversation.ts'
import { ui } from '../../../state/ui-store.ts'
import { toast } from '../../../state/toasts.ts'

/** Where a command is given. */
export type CommandPlace = { conversationId: string | null; instanceId: string | null }

/** When a command of ours is done; with words for Claude where there are some. */
export type CommandEnd = void | Promise<void> | Promise<string>

/** A command that the app answers itself, in place of one that only a terminal has. */
export type OwnCommand = {
  name: string
  aliases: readonly string[]
  description: string
  /** What it takes behind its name; empty: nothing. */
  argumentHint: string
  /** It does nothing without an argument. */
  needsArgument?: true
  /** With an argument Claude Code's own command of this name is meant. */
  aloneOnly?: true
  /** Answers what is to be sent to Claude now, where there is something. Rejects with what the user should read. */
  run: (place: CommandPlace, argument: string) => CommandEnd
}

/** All that make sense at a place. */
export function ownCommands({ conversationId, instanceId }: CommandPlace): OwnCommand[] {
  return [
    ...(conversationId === null && instanceId === null ? [] : works),
    ...(conversationId === null ? [] : inConversation(conversationId)),
    ...(instanceId === null ? [] : ofInstance(instanceId)),
    command('clear', 'New conversation. This one is kept.', beginConversation, ['new', 'reset']),
    command('help', 'Keyboard shortcuts', () => ui.openDialog({ name: 'shortcuts' })),
    command('permissions', 'Rules: what Claude may do without asking', () => ui.go({ name: 'rules' }), ['rules', 'allowed-tools']),
    {
      ...command('resume', 'Search all conversations', () => undefined, ['continue', 'history']),
      argumentHint: '[words]',
      run: (_, words) => openSearch(words === '' ? undefined : words),
    },
    command('config', 'Settings', () => ui.go({ name: 'settings' }), ['settings', 'theme']),
    command('login', 'Sign in to Claude…', () => ui.openDialog({ name: 'sign-in' })),
    command('import', 'Import conversations', () => ui.openDialog({ name: 'import' })),
  ]
}

/** What a conversation works with, also one that has not begun. */
const works: readonly OwnCommand[] = [
  {
    ...command('model', 'Change the model, starting with the next request', () => undefined),
    argumentHint: '<model>',
    needsArgument: true,
    run: (place, model) => change(place, { model: model === 'default' ? null : model }, `Model: ${model}`),
  },
  {
    ...command('effort', 'Change how hard Claude thinks, starting with the next request', () => undefined),
    argumentHint: `<${effortSchema.options.join('|')}|auto>`,
    needsArgument: true,
    run: (place, effort) => change(place, { effort: effortOf(effort) }, `Effort: ${effort}`),
  },
  {
    ...command('plan', 'Plan only: Claude reads, asks before it changes anything, and makes a plan', () => undefined),
    argumentHint: '[what to plan]',
    run: async (place, words) => {
      await change(place, { permissionMode: 'plan' }, 'Permission mode: Plan only')
      return words
    },
  },
]

function ofInstance(id: string): OwnCommand[] {
  return [
    command('instance', 'Show this instance', () => ui.go({ name: 'instance', id })),
    command(
      'usage',
      'Show how much of your plan is used, and when it resets',
      () => ui.openDialog({ name: 'plan-usage', instanceId: id }),
      ['stats'],
    ),
    {
      ...command('mcp', 'Show MCP servers: state, tools, reconnect, sign in', () => ui.openDialog({ name: 'mcp-servers', instanceId: id })),
      aloneOnly: true,
    },
  ]
}

function inConversation(id: string): OwnCommand[] {
  return [
    {
      ...command('rename', 'Rename this conversation', () => undefined),
      argumentHint: '[title]',
      run: (_, title) => (title === '' ? ui.openDialog({ name: 'rename-conversation', id }) : rename(id, title)),
    },
    command('export', 'Export this conversation', () => ui.openDialog({ name: 'export', ids: [id] })),
    command('fork', 'Fork this conversation', () => fork(id), ['branch']),
    command('status', 'Show details: timing, tokens, cost and changed files', () => ui.showInspector(), ['cost']),
    command('context', 'Show what fills the context, and compact it', () => ui.openDialog({ name: 'context', id })),
  ]
}

function command(name: string, description: string, run: OwnCommand['run'], aliases: readonly string[] = []): OwnCommand {
  return { name, aliases, description, argumentHint: '', run }
}

async function change({ conversationId, instanceId }: CommandPlace, patch: LivePatch, words: string): Promise<void> {
  if (conversationId !== null) await client.conversations.live({ id: conversationId, ...patch })
  else if (instanceId !== null) chooseLive(instanceId, patch)
  toast(words)
}

function effortOf(word: string): LivePatch['effort'] {
  if (word === 'auto' || word === 'default') return null
  const effort = effortSchema.safeParse(word)
  if (!effort.success)
    throw new AppError('BAD_REQUEST', `There is no effort “${word.slice(0, 40)}”. Choose ${effortSchema.options.join(', ')} or auto.`)
  return effort.data
}

async function rename(id: string, title: string): Promise<void> {
  await client.conversations.update({ id, title })
}

async function fork(id: string): Promise<void> {
  const made = await client.conversations.fork({ id })
  ui.go({ name: 'conversation', id: made.id })
}
