import type { Conversation } from '../../../shared/domain/conversation.ts'
import type { Instance } from '../../../shared/domain/instance.ts'
import type { Command } from '../../commands/commands.ts'
import { ui, useUi } from '../../state/ui-store.ts'
import type { Mark } from '../../words/instance-words.ts'
import { formatWhen, shortPath } from '../../words/figures.ts'
import { instanceEntries, showInstance } from '../../commands/instance-actions.ts'
import { markOf, stateWord } from '../../words/instance-words.ts'
import { openSearch } from '../../commands/search-actions.ts'
import { ranked, type Findable } from './rank.ts'

/** A line of the palette. */
export type PaletteEntry = Findable & {
  id: string
  group: string
  /** At the right, quietly. */
  note?: string
  keys?: string
  mark?: Mark
  run: () => void
}

export type PaletteGroup = { title: string; entries: readonly PaletteEntry[] }

export type PaletteSources = {
  commands: readonly Command[]
  instances: readonly Instance[]
  /** Newest first. */
  conversations: readonly Conversation[]
  home: string | null
}

const newest = 8
const most = 50

/** Before anything is typed: where one may want to go, and what can be done here. */
export function browse(sources: PaletteSources): PaletteGroup[] {
  const all = [
    ...instancesOf(sources),
    ...commandsOf(sources),
    ...conversationsOf({ ...sources, conversations: sources.conversations.slice(0, newest) }),
  ]
  const titles = [...new Set(all.map(({ group }) => group))]
  return titles.map((title) => ({ title, entries: all.filter(({ group }) => group === title) }))
}

/** What fits, best first, over everything there is; actions on any instance too. */
export function find(query: string, sources: PaletteSources): PaletteEntry[] {
  const commands = commandsOf(sources)
  const titles = new Set(commands.map(({ title }) => title))
  const others = actionsOf(sources).filter(({ title }) => !titles.has(title))
  return [...ranked(query, [...instancesOf(sources), ...commands, ...others, ...conversationsOf(sources)], most), searchFor(query)]
}

/** Conversations to be opened beside the one that is shown; the newest first until something is typed. */
export function findBeside(query: string, sources: PaletteSources): PaletteEntry[] {
  const shown = new Set(useUi.getState().panes.items.map(({ id }) => id))
  const others = conversationsOf({ ...sources, conversations: sources.conversations.filter(({ id }) => !shown.has(id)) })
  const found = query.trim() === '' ? others.slice(0, most) : ranked(query, others, most)
  return found.map((entry) => ({ ...entry, run: () => ui.openBeside({ id: entry.id }) }))
}

/** What no title says may have been said. */
function searchFor(query: string): PaletteEntry {
  return { id: 'search-for', group: 'Search', title: `Search messages for “${query.trim()}”`, run: () => openSearch(query.trim()) }
}

function instancesOf({ instances, home }: PaletteSources): PaletteEntry[] {
  return instances.map((instance) => ({
    id: instance.id,
    group: 'Instances',
    title: instance.name,
    also: [instance.cwd, instance.model ?? '', stateWord(instance)],
    note: `${stateWord(instance)} · ${shortPath(instance.cwd, { home })}`,
    mark: markOf(instance),
    run: () => showInstance(instance),
  }))
}

function commandsOf({ commands }: PaletteSources): PaletteEntry[] {
  return commands
    .filter(({ id }) => id !== 'palette')
    .map(({ id, title, group, keys, run }) => ({
      id: `command ${group} ${id}`,
      title,
      group,
      run,
      ...(keys === undefined ? {} : { keys }),
    }))
}

function actionsOf({ instances }: PaletteSources): PaletteEntry[] {
  return instances.flatMap((instance) =>
    instanceEntries(instance).flatMap((entry) => {
      if (entry === 'line') return []
      const title = actionTitle(entry.id, entry.label, instance.name)
      return [{ id: `${instance.id} ${entry.id}`, group: instance.name, title, run: entry.run }]
    }),
  )
}

/** `Park docs`, `Edit docs…`, `Show docs`, `New conversation with docs`. */
export function actionTitle(id: string, label: string, name: string): string {
  if (id === 'details') return `Show ${name}`
  if (id === 'new-conversation') return `New conversation with ${name}`
  return label.endsWith('…') ? `${label.slice(0, -1)} ${name}…` : `${label} ${name}`
}

function conversationsOf({ conversations, instances }: PaletteSources): PaletteEntry[] {
  const names = new Map(instances.map(({ id, name }) => [id, name]))
  return conversations.map(({ id, title, instanceId, updatedAt, tags }) => {
    const name = instanceId === null ? undefined : names.get(instanceId)
    return {
      id,
      group: 'Conversations',
      title,
      also: [...tags, ...(name === undefined ? [] : [name])],
      note: [name, formatWhen(updatedAt)].filter(Boolean).join(' · '),
      run: () => ui.go({ name: 'conversation', id }),
    }
  })
}
