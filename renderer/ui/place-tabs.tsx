import type { ReactNode } from 'react'
import type { Place, Tab } from '../state/places.ts'
import { ui } from '../state/ui-store.ts'

type PlaceTabsProps = {
  place: Place
  current: Tab['name']
  /** What stands behind the title of a tab. */
  children?: Partial<Record<Tab['name'], ReactNode>>
}

/** The screens that share a place, each one press away. */
export function PlaceTabs({ place: { title, tabs }, current, children = {} }: PlaceTabsProps) {
  return (
    <nav className="place-tabs" aria-label={title}>
      {tabs.map((tab) => (
        <button
          key={tab.name}
          type="button"
          aria-current={current === tab.name ? 'page' : undefined}
          onClick={() => ui.go({ name: tab.name })}
        >
          {tab.title}
          {children[tab.name]}
        </button>
      ))}
    </nav>
  )
}
