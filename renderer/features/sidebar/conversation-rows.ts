import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { OwnProject } from '../../state/projects.ts'

/** How a conversation is, where that is worth a word. */
export type ConversationNote = 'asks you' | 'working' | 'limit reached' | 'cut off' | 'failed' | null

/** One line of the list of conversations. `key` names its group. */
export type ConversationListRow =
  | { kind: 'pins'; key: string; count: number; folded: boolean }
  | { kind: 'project'; key: string; root: string | null; name: string; count: number; folded: boolean }
  /** Those that runs and workers of topics have begun. */
  | { kind: 'work'; key: string; count: number; folded: boolean }
  | { kind: 'conversation'; conversation: Conversation }
  /** So many more in the group, or, where it shows all, none: then it offers to show fewer. */
  | { kind: 'more'; key: string; count: number }

export type ConversationSources = {
  /** As they are to be shown: see `ranked`. */
  conversations: readonly Conversation[]
  /** Ids of those that wait for the user. */
  asking: ReadonlySet<string>
  /** Ids, the first pinned first. */
  pins: readonly string[]
  /** The project it belongs to; null: none is known. */
  projectOf: (conversation: Conversation) => OwnProject | null
  byProject: boolean
  folded: ReadonlySet<string>
  expanded: ReadonlySet<string>
  /** The one on the screen, which is shown whatever its group shows. */
  open: string | null
  /** Words that a conversation's title or its instance's name must hold; empty shows all. */
  filter: string
  instanceName: (conversation: Conversation) => string | null
}

/** So many of a project are shown before one asks for more. */
const shownOfGroup = 5
const noProject = 'No folder yet'

/** Those that wait for the user first, then those that run, then the rest; each kind in the order it came in. */
export function ranked(conversations: readonly Conversation[], asking: ReadonlySet<string>): Conversation[] {
  const groups: [Conversation[], Conversation[], Conversation[]] = [[], [], []]
  for (const one of conversations) {
    const runs = one.lastTurn !== null && one.lastTurn.outcome === null
    groups[asking.has(one.id) ? 0 : runs ? 1 : 2].push(one)
  }
  return groups.flat()
}

/**
 * Pinned ones, then all below their projects, by name, or all as they come, and last those of runs and topics, which would hide the others;
 * with a filter those that fit, as they come.
 */
export function conversationRows(sources: ConversationSources): ConversationListRow[] {
  const { conversations, filter } = sources
  if (filter.trim() !== '') {
    const fits = fitsTo(filter)
    return conversations.filter((one) => fits(`${one.title} ${sources.instanceName(one) ?? ''}`)).map(rowOf)
  }
  const pins = new Set(sources.pins)
  const pinned = pins.size === 0 ? [] : conversations.filter(({ id }) => pins.has(id))
  const isWork = ({ id, origin }: Conversation) => origin !== undefined && !pins.has(id) && !sources.asking.has(id)
  const work = conversations.filter(isWork)
  const rest = pinned.length + work.length === 0 ? conversations : conversations.filter((one) => !pins.has(one.id) && !isWork(one))
  const own = sources.byProject ? groupedRows(rest, sources) : rest.map(rowOf)
  return [...pinnedRows(pinned, sources), ...own, ...workRows(work, sources)]
}

/** The ids of the conversations among rows. */
export function idsIn(rows: readonly ConversationListRow[]): string[] {
  return rows.flatMap((row) => (row.kind === 'conversation' ? [row.conversation.id] : []))
}

/** What is said where the list is empty. */
export function emptyWords(filter: string, more: boolean): string {
  if (filter.trim() === '') return 'Your conversations will appear here.'
  return more ? 'Searching older conversations…' : 'No matches.'
}

export function noteOf({ lastTurn, goesOnAt }: Conversation, asks: boolean): ConversationNote {
  if (asks) return 'asks you'
  if (lastTurn === null) return null
  if (lastTurn.outcome === null) return 'working'
  // It continues by itself, so nothing has to be done about it.
  if (goesOnAt !== undefined) return 'limit reached'
  if (lastTurn.outcome === 'lost') return 'cut off'
  return lastTurn.outcome === 'failed' ? 'failed' : null
}

function pinnedRows(pinned: readonly Conversation[], { pins, folded, open }: ConversationSources): ConversationListRow[] {
  if (pinned.length === 0) return []
  const key = 'conversations pinned'
  const isFolded = folded.has(key)
  const places = new Map(pins.map((id, place) => [id, place]))
  const ordered = pinned.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0))
  const shown = isFolded ? ordered.filter(({ id }) => id === open) : ordered
  return [{ kind: 'pins', key, count: pinned.length, folded: isFolded }, ...shown.map(rowOf)]
}

function workRows(work: readonly Conversation[], sources: ConversationSources): ConversationListRow[] {
  if (work.length === 0) return []
  const key = 'conversations of runs and topics'
  return [{ kind: 'work', key, count: work.length, folded: sources.folded.has(key) }, ...membersOf(key, work, sources)]
}

type Group = { project: OwnProject | null; members: Conversation[] }

function groupedRows(conversations: readonly Conversation[], sources: ConversationSources): ConversationListRow[] {
  const groups = new Map<string | null, Group>()
  for (const one of conversations) {
    const project = sources.projectOf(one)
    const root = project?.root ?? null
    const group = groups.get(root)
    if (group) group.members.push(one)
    else groups.set(root, { project, members: [one] })
  }
  // With one project a head would tell nothing.
  if (groups.size <= 1) return conversations.map(rowOf)
  return [...groups.values()].toSorted(byPlace).flatMap((group) => groupRows(group, sources))
}

function byPlace({ project: a }: Group, { project: b }: Group): number {
  if (a === null || b === null) return a === null ? 1 : -1
  return a.order - b.order || (a.root < b.root ? -1 : 1)
}

function groupRows({ project, members }: Group, sources: ConversationSources): ConversationListRow[] {
  const key = `conversations ${project?.root ?? ''}`
  const head = { kind: 'project' as const, key, root: project?.root ?? null, name: project?.label ?? noProject }
  return [{ ...head, count: members.length, folded: sources.folded.has(key) }, ...membersOf(key, members, sources)]
}

/** The first few of a group, the open one, and what leads to the others. */
function membersOf(key: string, members: readonly Conversation[], { folded, expanded, open }: ConversationSources): ConversationListRow[] {
  const isFolded = folded.has(key)
  const isWhole = expanded.has(key)
  const count = isFolded ? 0 : isWhole ? members.length : shownOfGroup
  const own = open === null ? [] : members.slice(count).filter(({ id }) => id === open)
  const shown = [...members.slice(0, count), ...own]
  const hidden = members.length - shown.length
  const more: ConversationListRow[] =
    !isFolded && (hidden > 0 || (isWhole && members.length > shownOfGroup)) ? [{ kind: 'more', key, count: hidden }] : []
  return [...shown.map(rowOf), ...more]
}

const rows = new WeakMap<Conversation, ConversationListRow>()

/** One row for each state of a conversation, so that what has not changed is not drawn again. */
function rowOf(conversation: Conversation): ConversationListRow {
  const known = rows.get(conversation)
  if (known) return known
  const row: ConversationListRow = { kind: 'conversation', conversation }
  rows.set(conversation, row)
  return row
}

/** Whether a text holds every word of a filter, whatever its case. */
function fitsTo(filter: string): (text: string) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return (text) => {
    const lower = text.toLowerCase()
    return words.every((word) => lower.includes(word))
  }
}
