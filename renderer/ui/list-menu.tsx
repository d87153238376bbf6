import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode } from 'react'
import { PointMenu, type MenuEntry, type MenuPlace } from './menu.tsx'

type Open = { place: MenuPlace; entries: readonly MenuEntry[] }

/**
 * One menu for all rows of a list, by right click, by the menu key, and from a button in a row. A row says with `data-menu` what its menu is
 * about, its button with `data-menu-button` that it opens it. A menu in each row would cost more to draw than the row.
 */
export function useListMenu(entriesOf: (about: string) => readonly MenuEntry[]): {
  menu: ReactNode
  handlers: {
    onContextMenu: (event: MouseEvent) => void
    onClick: (event: MouseEvent) => void
    onKeyDown: (event: KeyboardEvent) => void
    onPointerDownCapture: (event: PointerEvent) => void
  }
} {
  const [open, setOpen] = useState<Open | null>(null)
  const pressedAgain = useRef(false)
  const from = open?.place.from
  useEffect(() => (from ? markOpen(from) : undefined), [from])
  const show = (row: Element, place: MenuPlace) => {
    const entries = entriesOf(row.getAttribute('data-menu') ?? '')
    if (entries.length > 0) setOpen({ place, entries })
  }
  const byButton = (button: HTMLElement) => {
    const row = button.closest('[data-menu]')
    const box = button.getBoundingClientRect()
    if (row) show(row, { x: box.right + 4, y: box.top, from: button })
  }
  return {
    menu: <PointMenu entries={open?.entries ?? []} at={open?.place ?? null} onClose={() => setOpen(null)} />,
    handlers: {
      onContextMenu: (event) => {
        const row = event.target instanceof Element ? event.target.closest('[data-menu]') : null
        // Elsewhere the browser's own menu stays.
        if (!row) return
        event.preventDefault()
        const box = row.getBoundingClientRect()
        const isPoint = event.clientX !== 0 || event.clientY !== 0
        const point = isPoint ? { x: event.clientX, y: event.clientY } : { x: box.left, y: box.bottom }
        show(row, { ...point, from: row.querySelector<HTMLElement>('[data-row]') ?? (row instanceof HTMLElement ? row : null) })
      },
      onClick: (event) => {
        const button = buttonAt(event)
        if (button && !pressedAgain.current) byButton(button)
        pressedAgain.current = false
      },
      onKeyDown: (event) => {
        const button = event.key === 'ArrowDown' ? buttonAt(event) : null
        if (!button) return
        event.preventDefault()
        byButton(button)
      },
      onPointerDownCapture: (event) => {
        // What lies outside of an open menu closes it when it is pressed.
        pressedAgain.current = from !== undefined && from !== null && buttonAt(event) === from
      },
    },
  }
}

function buttonAt({ target }: { target: EventTarget }): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-menu-button]') : null
}

/** The button stays in sight while its menu is open. */
function markOpen(button: HTMLElement): () => void {
  if (!button.hasAttribute('data-menu-button')) return () => undefined
  button.dataset['state'] = 'open'
  button.setAttribute('aria-expanded', 'true')
  return () => {
    delete button.dataset['state']
    button.removeAttribute('aria-expanded')
  }
}
