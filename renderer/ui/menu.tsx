import { ContextMenu, DropdownMenu } from 'radix-ui'
import { useEffect, useRef, type ReactNode } from 'react'
import './ui.css'

export type MenuEntry = { id: string; label: string; hint?: string | undefined; danger?: boolean; run: () => void } | 'line'

export type ButtonMenuProps = {
  entries: readonly MenuEntry[]
  /** Where it opens; at the side it has the whole height of the window. */
  side?: 'bottom' | 'right'
  children: ReactNode
}

/** A menu that opens from a button. */
export function ButtonMenu({ entries, side = 'bottom', children }: ButtonMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <section aria-label="Menu">
          <DropdownMenu.Content className="menu" side={side} align="start" sideOffset={4} collisionPadding={12}>
            <Items entries={entries} />
          </DropdownMenu.Content>
        </section>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** The same menu by right click or the menu key. */
export function RightClickMenu({ entries, children }: { entries: readonly MenuEntry[]; children: ReactNode }) {
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <section aria-label="Menu">
          <ContextMenu.Content className="menu" collisionPadding={12}>
            {entries.map((entry, index) =>
              entry === 'line' ? (
                <ContextMenu.Separator key={`line-${index}`} className="menu-line" />
              ) : (
                <ContextMenu.Item key={entry.id} className={classOf(entry)} onSelect={entry.run}>
                  <Words entry={entry} />
                </ContextMenu.Item>
              ),
            )}
          </ContextMenu.Content>
        </section>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}

/** Where a menu opens, in the window. `from`: what gets the focus back. */
export type MenuPlace = { x: number; y: number; from?: HTMLElement | null }

export type PointMenuProps = {
  entries: readonly MenuEntry[]
  /** Null: it is closed. */
  at: MenuPlace | null
  onClose: () => void
}

/** A menu that opens at a point, for one of many things that share it. */
export function PointMenu({ entries, at, onClose }: PointMenuProps) {
  const from = useRef<HTMLElement | null>(null)
  useEffect(() => {
    if (at) from.current = at.from ?? null
  }, [at])
  const giveBack = (event: Event) => {
    event.preventDefault()
    // An entry may have put it elsewhere by now.
    if (document.activeElement === null || document.activeElement === document.body) from.current?.focus()
  }
  return (
    <DropdownMenu.Root open={at !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden className="menu-point" style={{ left: at?.x ?? 0, top: at?.y ?? 0 }} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <section aria-label="Menu">
          <DropdownMenu.Content className="menu" align="start" sideOffset={2} collisionPadding={12} onCloseAutoFocus={giveBack}>
            <Items entries={entries} />
          </DropdownMenu.Content>
        </section>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Items({ entries }: { entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) =>
    entry === 'line' ? (
      <DropdownMenu.Separator key={`line-${index}`} className="menu-line" />
    ) : (
      <DropdownMenu.Item key={entry.id} className={classOf(entry)} onSelect={entry.run}>
        <Words entry={entry} />
      </DropdownMenu.Item>
    ),
  )
}

type Item = Exclude<MenuEntry, 'line'>

function classOf({ danger = false }: Item): string {
  return danger ? 'menu-item menu-item-danger' : 'menu-item'
}

function Words({ entry }: { entry: Item }) {
  return (
    <span>
      {entry.label}
      {entry.hint !== undefined && <small>{entry.hint}</small>}
    </span>
  )
}
