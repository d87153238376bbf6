import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { VisibleText } from '../../ui/visible-text.tsx'
import './live.css'

export type Choice = {
  value: string
  label: string
  /** What it means, and what it costs. */
  hints?: readonly string[]
  disabled?: boolean
}

export type ChoiceMenuProps = {
  /** What is chosen: `Model`. */
  name: string
  /** What is in force, in a few words. */
  shown: string
  choices: readonly Choice[]
  value: string
  onChoose: (value: string) => void
  onOpen?: () => void
  /** One more switch below the choices. */
  toggle?: { label: string; hint: string; on: boolean; onChange: (on: boolean) => void } | undefined
  children?: ReactNode
}

const longestHint = 300

/** A menu from which one of several is chosen, beside the field where a message is written. */
export function ChoiceMenu({ name, shown, choices, value, onChoose, onOpen, toggle, children }: ChoiceMenuProps) {
  return (
    <DropdownMenu.Root modal={false} onOpenChange={(open) => open && onOpen?.()}>
      <DropdownMenu.Trigger className="live-choice" aria-label={`${name}: ${shown}`} title={`${name}: ${shown}`}>
        {children}
        <span dir="auto">{shown}</span>
        <ChevronDown size={12} strokeWidth={2} className="live-chevron" aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <section aria-label={name}>
          <DropdownMenu.Content className="menu live-menu" side="top" align="start" sideOffset={6} collisionPadding={12}>
            <DropdownMenu.Label className="live-menu-title">{name}</DropdownMenu.Label>
            <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
              {choices.map((choice) => (
                <DropdownMenu.RadioItem
                  key={choice.value}
                  value={choice.value}
                  disabled={choice.disabled ?? false}
                  className="menu-item live-item"
                >
                  <span className="live-check">
                    <DropdownMenu.ItemIndicator>
                      <Check size={14} strokeWidth={2} aria-hidden />
                    </DropdownMenu.ItemIndicator>
                  </span>
                  <span dir="auto">
                    <VisibleText text={choice.label.slice(0, longestHint)} />
                    {choice.hints?.map((hint) => (
                      <small key={hint}>
                        <VisibleText text={hint.slice(0, longestHint)} />
                      </small>
                    ))}
                  </span>
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
            {toggle && (
              <>
                <DropdownMenu.Separator className="menu-line" />
                <DropdownMenu.CheckboxItem
                  checked={toggle.on}
                  onCheckedChange={(checked) => toggle.onChange(checked)}
                  className="menu-item live-item"
                >
                  <span className="live-check">
                    <DropdownMenu.ItemIndicator>
                      <Check size={14} strokeWidth={2} aria-hidden />
                    </DropdownMenu.ItemIndicator>
                  </span>
                  <span>
                    {toggle.label}
                    <small>{toggle.hint}</small>
                  </span>
                </DropdownMenu.CheckboxItem>
              </>
            )}
          </DropdownMenu.Content>
        </section>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
