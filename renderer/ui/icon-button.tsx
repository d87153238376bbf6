import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, Ref } from 'react'
import './ui.css'

export type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'title'> & {
  ref?: Ref<HTMLButtonElement>
  label: string
  /** More than the label, for the tooltip. */
  hint?: string
  icon: LucideIcon
  size?: number
}

/** A button that is an icon; its label is read aloud and shown when pointed at. */
export function IconButton({ label, hint, icon: Icon, size = 16, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" className={className ?? 'icon-button'} aria-label={label} title={hint ?? label} {...rest}>
      <Icon size={size} strokeWidth={1.75} aria-hidden />
    </button>
  )
}
