import { nearestOf } from '../../../../shared/nearest.ts'
import type { Option } from './option.ts'
import type { OwnCommand } from './own-commands.ts'
import { terminalOnlyWords } from './terminal-commands.ts'

type TypedCommand = {
  name: string
  argument: string
  own: readonly OwnCommand[]
  /** All commands there; null where they are not known. */
  all: readonly Option[] | null
}

export type CommandStep =
  | { kind: 'send' }
  | { kind: 'run'; command: OwnCommand }
  | { kind: 'refuse'; words: string }
  | { kind: 'ask'; nearest: string | null }

/** What Enter does with a command: ours is done, Claude Code's goes to it, one of a terminal is explained, an unknown one asked about. */
export function stepOf({ name, argument, own, all }: TypedCommand): CommandStep {
  const theirs = (all ?? []).filter(({ icon }) => icon === 'command')
  const isTheirs = theirs.some(({ search }) => search.name === name.toLowerCase() || search.aliases.includes(name.toLowerCase()))
  const ours = own.find((one) => one.name === name) ?? (isTheirs ? undefined : own.find(({ aliases }) => aliases.includes(name)))
  if (ours) return ownStep(ours, argument)
  if (isTheirs) return { kind: 'send' }
  const words = terminalOnlyWords(name)
  if (words !== null) return { kind: 'refuse', words }
  if (all === null) return { kind: 'send' }
  const names = all.filter(({ icon }) => icon !== 'prompt').map(({ title }) => title.slice(1))
  return { kind: 'ask', nearest: nearestOf(name, names) }
}

function ownStep(command: OwnCommand, argument: string): CommandStep {
  const { name, argumentHint, needsArgument, aloneOnly } = command
  // Without an argument Claude Code says itself what there is.
  if (needsArgument === true && argument === '') return { kind: 'send' }
  if (argument === '' || argumentHint !== '') return { kind: 'run', command }
  if (aloneOnly === true) return { kind: 'send' }
  return { kind: 'refuse', words: `/${name} takes nothing more. Remove “${argument.slice(0, 60)}”, or send it without the command.` }
}
