import { useMemo } from 'react'
import { usePool } from '../../../state/pool-store.ts'
import { argumentOptions, commandOptions, fittingCommands } from './command-options.ts'
import { mentionOptions, stillFitting } from './mention-options.ts'
import { withHeadings, type Option, type Row } from './option.ts'
import { ownCommands, type OwnCommand } from './own-commands.ts'
import type { Token } from './token.ts'
import { useFileMatches } from './use-file-matches.ts'
import { useOlderConversations } from './use-older-conversations.ts'
import { useLists, useModels, useSavedPrompts, type CompletionScope } from './use-scope.ts'

export type Options = {
  rows: readonly Row[]
  options: readonly Option[]
  /** What is shown when there are none, or below them. */
  note: string | null
  /** What the list is for; null while better ones are on their way. */
  answers: string | null
  own: readonly OwnCommand[]
  /** All commands there; null where Claude Code has never named them. */
  all: readonly Option[] | null
  label: string
}

/** What can be chosen for the token, and the commands of the place. */
export function useOptions(scope: CompletionScope, text: string, token: Token | null): Options {
  const lists = useLists(scope)
  const own = useMemo(() => ownCommands(scope), [scope])
  const prompts = useSavedPrompts(token?.kind === 'command')
  const commands = useMemo(() => commandOptions(lists.commands, own, prompts, scope), [lists.commands, own, prompts, scope])
  const models = useModels(scope.instanceId, text.startsWith('/model '))
  const argument = useMemo(() => argumentOptions(text, own, models, scope), [text, own, models, scope])
  const query = token?.query ?? ''
  const mention = useMentions(scope, token?.kind === 'mention' ? query : null, lists.agents)
  const all = lists.readAt === null ? null : commands
  return useMemo((): Options => {
    const base = { own, all }
    if (token?.kind === 'mention') return { ...base, ...mention, rows: withHeadings(mention.options), label: 'Files and mentions' }
    if (token?.kind === 'argument' && argument !== null)
      return { ...base, options: argument, rows: argument, note: null, answers: query, label: 'Choices' }
    if (token?.kind !== 'command') return { ...base, options: [], rows: [], note: null, answers: null, label: '' }
    const options = fittingCommands(query, commands)
    const rows = query === '' ? withHeadings(options) : options
    return { ...base, options, rows, note: commandNote(query, options.length, scope, all !== null), answers: query, label: 'Commands' }
  }, [token, argument, mention, commands, own, all, query, scope])
}

function commandNote(query: string, count: number, { instanceId }: CompletionScope, known: boolean): string | null {
  if (!known && instanceId === null) return 'Choose an instance to see Claude Code’s commands.'
  if (!known) return 'Claude Code’s own commands appear here once this instance has started.'
  return count === 0 ? `No command matches “${query.slice(0, 40)}”.` : null
}

function useMentions(scope: CompletionScope, query: string | null, agents: Parameters<typeof mentionOptions>[2]['agents']) {
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const health = usePool((state) => state.health)
  const found = useFileMatches(scope.cwd, query)
  const older = useOlderConversations(query)
  const isWanted = query !== null
  const others = useMemo(
    () => ({
      agents,
      instances: [...instances.values()],
      conversations: !isWanted
        ? []
        : [...conversations.values(), ...older].filter(({ id, messageCount }) => id !== scope.conversationId && messageCount > 0),
      dataFolder: health?.dataFolder ?? null,
      home: health?.platform.home ?? null,
    }),
    [agents, instances, conversations, older, health, isWanted, scope.conversationId],
  )
  return useMemo(() => {
    const files = found?.matches?.items ?? []
    const isFresh = found?.query === query
    const options = query === null ? [] : mentionOptions(query, isFresh ? files : stillFitting(query, files), others)
    return { options, note: query === null ? null : fileNote(found, scope.cwd, options.length), answers: isFresh ? query : null }
  }, [found, query, others, scope.cwd])
}

function fileNote(found: ReturnType<typeof useFileMatches>, cwd: string | null, count: number): string | null {
  if (cwd === null) return 'Choose an instance to mention files.'
  if (found === null) return null
  if (found.problem !== null) return found.problem
  if (found.matches?.building) return 'Reading the folder…'
  if (found.matches?.bounded) return 'This folder has more files than Bullpen scans. Some may be missing.'
  return count === 0 ? 'No matches' : null
}
