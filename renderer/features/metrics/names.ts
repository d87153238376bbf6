import { useMemo } from 'react'
import type { Dimension } from '../../../shared/domain/metrics.ts'
import { usePool } from '../../state/pool-store.ts'
import { useOldTitles } from './titles.ts'
import { shortPath } from '../../words/figures.ts'

/** What a value of a dimension is called on the screen. */
export type NameOf = (dimension: Dimension, key: string | null) => string

const fixed: Partial<Record<Dimension, Readonly<Record<string, string>>>> = {
  origin: { warm: 'warm', spare: 'from a spare', resumed: 'resumed', cold: 'cold start' },
  strategy: {
    'round-robin': 'round-robin',
    'least-recently-used': 'least recently used',
    'least-busy': 'least busy',
    affinity: 'affinity',
  },
  history: { bullpen: 'Bullpen', vault: 'Claude Code itself' },
}

const none: Partial<Record<Dimension, string>> = {
  instance: 'no instance',
  conversation: 'no conversation of Bullpen',
  model: 'model not known',
  strategy: 'chosen by you',
  origin: 'no process',
  error: 'no error',
  source: 'no source',
  target: 'no target',
  pair: 'no source and target',
  folder: 'folder not known',
}

/** Names of instances and titles of conversations as they are now; of what is gone, the end of its id. */
export function useNames(): NameOf {
  const instances = usePool((state) => state.instances)
  const conversations = usePool((state) => state.conversations)
  const titles = useOldTitles((state) => state.titles)
  const home = usePool((state) => state.health?.platform.home ?? null)
  return useMemo(
    () => (dimension, key) => {
      if (key === null || key === '') return none[dimension] ?? 'none'
      if (dimension === 'instance') return instances.get(key)?.name ?? `removed instance ${key.slice(-4)}`
      if (dimension === 'conversation') return conversations.get(key)?.title ?? titles.get(key) ?? `conversation ${key.slice(-4)}`
      if (dimension === 'folder') return shortPath(key, { home })
      if (dimension === 'model') return key.replace(/^claude-/, '')
      return fixed[dimension]?.[key] ?? key
    },
    [instances, conversations, titles, home],
  )
}

/** The name of a group, with the one that holds all others. */
export function groupName(nameOf: NameOf, dimension: Dimension, group: { key: string | null; rest: boolean }): string {
  return group.rest ? 'all others' : nameOf(dimension, group.key)
}
