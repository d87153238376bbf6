import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useRef, type ReactNode } from 'react'
import { focusPlace } from './focus-place.ts'
import { IconButton } from './icon-button.tsx'
import './ui.css'

export type DialogProps = {
  title: string
  description?: ReactNode | undefined
  onClose: () => void
  children: ReactNode
  footer?: ReactNode
}

/** A dialog over the page. Escape closes it, and so does a click outside until something was written in it. */
export function Dialog({ title, description, onClose, children, footer }: DialogProps) {
  const written = useRef(false)
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-shade" />
        <Radix.Content
          className="dialog"
          onOpenAutoFocus={(event) => {
            if (!(event.currentTarget instanceof HTMLElement)) return
            event.preventDefault()
            firstOf(event.currentTarget).focus()
          }}
          onCloseAutoFocus={giveFocusBack}
          onInput={() => {
            written.current = true
          }}
          onInteractOutside={(event) => written.current && event.preventDefault()}
          // Escape first closes a list that a field has open.
          onEscapeKeyDown={(event) => hasOpenList(event.target) && event.preventDefault()}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="dialog-head">
            <div>
              <Radix.Title asChild>
                <h1>{title}</h1>
              </Radix.Title>
              {description !== undefined && <Radix.Description>{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" icon={X} />
            </Radix.Close>
          </div>
          <div className="dialog-body">{children}</div>
          {footer !== undefined && <div className="dialog-foot">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Where a person begins: the first field, else the first answer, else the dialog itself. */
function firstOf(dialog: HTMLElement): HTMLElement {
  return dialog.querySelector<HTMLElement>(':is(.dialog-body :is(input, select, textarea), .dialog-foot button):not(:disabled)') ?? dialog
}

/** A menu's entry that opened it is gone, so what the menu belonged to gets the focus. */
function giveFocusBack(event: Event): void {
  // Whoever has the focus by now keeps it: what was made with this dialog may be where one goes on.
  const isFree = document.activeElement === null || document.activeElement === document.body
  const place = focusPlace()
  if (!isFree || place) event.preventDefault()
  if (isFree) place?.focus()
}

function hasOpenList(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-open-list]') !== null
}
