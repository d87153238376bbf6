import type { CommandInfo, CommandSource, ModelInfo } from '../../../../shared/domain/claude-info.ts'
import { effortSchema } from '../../../../shared/domain/claude-info.ts'
import type { SavedPrompt } from '../../../../shared/domain/saved-prompt.ts'
import { fitting } from './fuzzy.ts'
import { oneLine, type Option } from './option.ts'
import type { CommandPlace, OwnCommand } from './own-commands.ts'

const groups: Record<CommandSource, string> = {
  project: 'This project',
  user: 'Yours',
  plugin: 'Plugins',
  mcp: 'MCP servers',
  other: 'Other commands',
  builtin: 'Claude Code',
}
const tags: Record<CommandSource, string> = {
  project: 'Project',
  user: 'Yours',
  plugin: 'Plugin',
  mcp: 'MCP',
  other: '',
  builtin: 'Claude Code',
}
const order = ['This project', 'Yours', 'Saved prompts', 'Plugins', 'MCP servers', 'Other commands', 'Bullpen', 'Claude Code']

/** What changes a terminal's looks alone, and what Claude Code keeps for itself. */
const leftOut: ReadonlySet<string> = new Set(['color', 'focus', 'workflow-launch-exec', 'auto-mode-setup'])

/** Claude Code's commands without those that we answer and those that are of no use here, ours, and the saved prompts; by group. */
export function commandOptions(
  commands: readonly CommandInfo[],
  own: readonly OwnCommand[],
  prompts: readonly SavedPrompt[],
  place: CommandPlace,
): Option[] {
  const ours = new Set(own.map(({ name }) => name))
  const theirs = commands.filter((one) => !ours.has(one.name) && !isOfNoUse(one)).map(optionOf)
  const all = [...theirs, ...own.map((one) => ownOption(one, place)), ...prompts.map(promptOption)]
  return order.flatMap((group) => all.filter((option) => option.group === group))
}

/** Those that fit; without headings once something is typed, as the best come first then. */
export function fittingCommands(query: string, options: readonly Option[]): Option[] {
  return fitting(query, options, ({ search }) => search)
}

/** What can stand behind `/model` and `/effort`; null for other commands, and once there is more than a word. */
export function argumentOptions(
  text: string,
  own: readonly OwnCommand[],
  models: readonly ModelInfo[],
  place: CommandPlace,
): Option[] | null {
  const [, name, typed = ''] = /^\/(model|effort) (\S*)$/.exec(text) ?? []
  const command = own.find((one) => one.name === name)
  if (!command) return null
  const choices =
    name === 'model'
      ? models.map(({ value, displayName, description }) => ({ value, title: displayName, detail: description }))
      : [...effortSchema.options, 'auto'].map((value) => ({ value, title: value, detail: value === 'auto' ? 'The model’s default' : '' }))
  const options = choices.map(({ value, title, detail }): Option => ({
    id: `argument ${value}`,
    group: name === 'model' ? 'Models' : 'Effort',
    icon: 'choice',
    title,
    detail: oneLine(detail),
    insert: `/${name} ${value}`,
    whole: true,
    run: () => command.run(place, value),
    search: { name: value.toLowerCase(), aliases: [title.toLowerCase()], words: '' },
  }))
  return fitting(typed, options, ({ search }) => search)
}

function isOfNoUse({ name, description, builtin }: CommandInfo): boolean {
  return builtin && (name.startsWith('__') || description.startsWith('(removed)') || leftOut.has(name))
}

function optionOf({ name, description, argumentHint, aliases, source }: CommandInfo): Option {
  const detail = oneLine(description)
  return {
    id: `command ${name}`,
    group: groups[source],
    icon: 'command',
    title: `/${name}`,
    hint: oneLine(argumentHint, 120),
    detail: aliases.length === 0 ? detail : `${detail} (also ${aliases.map((alias) => `/${alias}`).join(', ')})`,
    tag: tags[source],
    insert: `/${name}`,
    search: { name: name.toLowerCase(), aliases: aliases.map((alias) => alias.toLowerCase()), words: detail.toLowerCase() },
  }
}

function ownOption(command: OwnCommand, place: CommandPlace): Option {
  const { name, aliases, description, argumentHint } = command
  return {
    id: `own ${name}`,
    group: 'Bullpen',
    icon: 'app',
    title: `/${name}`,
    hint: argumentHint,
    detail: description,
    tag: 'Bullpen',
    insert: `/${name}`,
    ...(argumentHint === '' ? { run: () => command.run(place, '') } : {}),
    search: { name, aliases, words: description.toLowerCase() },
  }
}

function promptOption({ id, name, text }: SavedPrompt): Option {
  return {
    id: `prompt ${id}`,
    group: 'Saved prompts',
    icon: 'prompt',
    title: oneLine(name, 100),
    detail: oneLine(text, 200),
    tag: 'Saved prompt',
    insert: text,
    whole: true,
    search: { name: name.toLowerCase(), aliases: [], words: oneLine(text, 200).toLowerCase() },
  }
}
