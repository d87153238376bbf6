import type { ButtonHTMLAttributes } from 'react'
import './ui.css'

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger'
  small?: boolean
}

/** A button with words that say what happens. */
export function Button({ variant = 'secondary', small = false, className, ...rest }: ButtonProps) {
  const classes = ['button', `button-${variant}`, small ? 'button-small' : null, className].filter(Boolean).join(' ')
  return <button type="button" className={classes} {...rest} />
}
