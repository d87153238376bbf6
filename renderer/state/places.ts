import type { Screen } from './screen-address.ts'

/** A tab of a place: where it leads, and the screens that are reached through it. */
export type Tab = { readonly name: 'runs' | 'new-run' | 'triggers' | 'topics' | 'profiles' | 'servers' | 'secrets'; readonly title: string }

/** Screens that share an entry of the sidebar, in the order of their tabs. */
export type Place = { readonly title: string; readonly tabs: readonly Tab[]; readonly others: readonly Screen['name'][] }

export const runsPlace: Place = {
  title: 'Runs',
  tabs: [
    { name: 'runs', title: 'Runs' },
    { name: 'new-run', title: 'Recipes' },
    { name: 'triggers', title: 'Triggers' },
    { name: 'topics', title: 'Topics' },
  ],
  others: ['run', 'recipe'],
}

export const setupPlace: Place = {
  title: 'Servers & profiles',
  tabs: [
    { name: 'profiles', title: 'Profiles' },
    { name: 'servers', title: 'MCP servers' },
    { name: 'secrets', title: 'Secrets' },
  ],
  others: [],
}

/** Whether a screen belongs to a place, itself or by what it was reached through. */
export function isIn({ tabs, others }: Place, { name }: Screen): boolean {
  return tabs.some((tab) => tab.name === name) || others.includes(name)
}
