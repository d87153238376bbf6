import type { AgentInfo } from '../../../../shared/domain/claude-info.ts'
import type { FileMatch } from '../../../../shared/domain/completion.ts'
import type { Conversation } from '../../../../shared/domain/conversation.ts'
import type { Instance } from '../../../../shared/domain/instance.ts'
import { fileMention, writtenPath } from '../../../../shared/file-mention.ts'
import { visibleText } from '../../../ui/visible-characters.ts'
import { plural, shortPath } from '../../../words/figures.ts'
import { fitting } from './fuzzy.ts'
import { oneLine, type Option } from './option.ts'
import { openFolder } from './token.ts'

/** What has to be known of a conversation to mention it. */
export type MentionedConversation = Pick<Conversation, 'id' | 'title' | 'state' | 'messageCount' | 'checkpoints'>

export type Mentionable = {
  agents: readonly AgentInfo[]
  instances: readonly Instance[]
  conversations: readonly MentionedConversation[]
  /** The data folder: where conversations can be read. Null: not known. */
  dataFolder: string | null
  home: string | null
}

/** Of each group besides files. */
const mostOfGroup = 5

/** Files first, as they were ranked; before them whatever has exactly the name that was typed. */
export function mentionOptions(query: string, files: readonly FileMatch[], others: Mentionable): Option[] {
  const exact = (option: Option) => query !== '' && option.search.name === query.toLowerCase()
  const groups = otherOptions(others).map((options) => fitting(query, options, ({ search }) => search).slice(0, mostOfGroup))
  const first = groups.filter((group) => group.some(exact))
  const last = groups.filter((group) => !group.some(exact))
  return [...first.flat(), ...files.map(fileOption), ...last.flat()]
}

/** Files that were found for what was typed before, as far as they fit what is typed now. */
export function stillFitting(query: string, files: readonly FileMatch[]): FileMatch[] {
  return fitting(query.replace(/\s+/g, ''), files, ({ path }) => ({ name: path.toLowerCase(), aliases: [], words: '' }))
}

function fileOption({ path, kind }: FileMatch): Option {
  const mention = fileMention(path)
  const at = path.lastIndexOf('/', path.length - 2) + 1
  return {
    id: `file ${path}`,
    group: 'Files',
    icon: kind,
    title: visibleText(path.slice(at)),
    detail: visibleText(path.slice(0, at)),
    ...(mention === null ? { tag: 'Path only' } : {}),
    insert: mention ?? writtenPath(path),
    ...(kind === 'folder' && !/["\n]/.test(path) ? { drill: openFolder(path) } : {}),
    search: { name: path.toLowerCase(), aliases: [], words: '' },
  }
}

function otherOptions({ agents, instances, conversations, dataFolder, home }: Mentionable): Option[][] {
  return [
    agents.map(agentOption),
    instances.map((instance) => instanceOption(instance, home)),
    conversations.map((conversation) => conversationOption(conversation, dataFolder)),
    conversations.flatMap((conversation) => checkpointOptions(conversation, dataFolder)),
  ]
}

function agentOption({ name, description }: AgentInfo): Option {
  const isPlain = /^[\w-]+$/.test(name)
  return {
    id: `agent ${name}`,
    group: 'Sub-agents',
    icon: 'agent',
    title: name,
    detail: oneLine(description),
    insert: isPlain ? `@agent-${name}` : `@"${name} (agent)"`,
    // By its name alone: a word of its description must not be chosen in the place of a file that is still looked for.
    search: { name: name.toLowerCase(), aliases: [`agent-${name.toLowerCase()}`], words: '' },
  }
}

function instanceOption({ id, name, cwd }: Instance, home: string | null): Option {
  return {
    id: `instance ${id}`,
    group: 'Instances',
    icon: 'instance',
    title: name,
    detail: visibleText(shortPath(cwd, { home })),
    insert: `Bullpen instance ${titled(name)} (${id}, works in ${writtenPath(cwd)})`,
    search: { name: name.toLowerCase(), aliases: [], words: '' },
  }
}

function conversationOption(conversation: MentionedConversation, dataFolder: string | null): Option {
  const { id, title, messageCount } = conversation
  return {
    id: `conversation ${id}`,
    group: 'Conversations',
    icon: 'conversation',
    title: oneLine(title, 120),
    detail: plural(messageCount, 'message'),
    insert: conversationWords(conversation, dataFolder),
    search: { name: title.toLowerCase(), aliases: [], words: title.toLowerCase() },
  }
}

function checkpointOptions(conversation: MentionedConversation, dataFolder: string | null): Option[] {
  return (conversation.checkpoints ?? []).map(({ messageId, name }) => ({
    id: `checkpoint ${messageId}`,
    group: 'Checkpoints',
    icon: 'checkpoint' as const,
    title: oneLine(name, 120),
    detail: oneLine(conversation.title, 120),
    insert: `checkpoint ${titled(name)} (message ${messageId}) of ${conversationWords(conversation, dataFolder)}`,
    search: { name: name.toLowerCase(), aliases: [], words: name.toLowerCase() },
  }))
}

/** What Claude needs to find it: its name, its id, and the file to read. */
function conversationWords({ id, title, state }: MentionedConversation, dataFolder: string | null): string {
  const words = `Bullpen conversation ${titled(title)} (${id}`
  if (dataFolder === null) return `${words})`
  if (state === 'archived') return `${words}, one JSON entry per line in ${writtenPath(`${dataFolder}/archive/${id}.jsonl.gz`)}, gzipped)`
  return `${words}, one JSON entry per line in ${writtenPath(`${dataFolder}/conversations/${id}.jsonl`)})`
}

function titled(title: string): string {
  return `“${oneLine(visibleText(title), 80)}”`
}
