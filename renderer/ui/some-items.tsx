import { useState, type ReactNode } from 'react'
import './ui.css'

type SomeItemsProps<Item> = {
  items: readonly Item[]
  /** So many are drawn at first, and as many more each time. */
  first: number
  /** What they are, such as `options`. */
  name: string
  children: (item: Item, place: number) => ReactNode
}

/** The first of many; the others are counted, and come when they are asked for. */
export function SomeItems<Item>({ items, first, name, children }: SomeItemsProps<Item>) {
  const [shown, setShown] = useState(first)
  return (
    <>
      {items.slice(0, shown).map(children)}
      {items.length > shown && (
        <div className="some-items-rest">
          … {(items.length - shown).toLocaleString('en-US')} more {name}{' '}
          <button type="button" onClick={() => setShown(shown + first)}>
            Show more
          </button>
        </div>
      )}
    </>
  )
}
