import type { ReactNode } from 'react'
import type { Mark } from '../words/instance-words.ts'
import './ui.css'

const colors: Record<Mark, string> = {
  idle: 'var(--color-idle)',
  busy: 'var(--color-accent)',
  starting: 'var(--color-faint)',
  held: 'var(--color-held)',
  frozen: 'var(--color-frozen)',
  parked: 'var(--color-faint)',
  stopped: 'var(--color-faint)',
  failed: 'var(--color-failed)',
}

const arc = <path d="M7 2.5a4.5 4.5 0 1 1-4.3 3.2" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />

const shapes: Record<Mark, ReactNode> = {
  idle: <circle cx="7" cy="7" r="4.5" fill="currentColor" />,
  busy: arc,
  starting: arc,
  held: <path d="M3.5 2.5h2.4v9H3.5zM8.1 2.5h2.4v9H8.1z" fill="currentColor" />,
  frozen: <path d="M7 1.2 12.8 7 7 12.8 1.2 7z" fill="currentColor" />,
  parked: <circle cx="7" cy="7" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />,
  stopped: <path d="M3.6 7h6.8" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />,
  failed: <path d="M7 1.8 13 12H1z" fill="currentColor" />,
}

/** A state as a shape, then as a colour. The words beside it say it too, so it is not read aloud. */
export function StateMark({ mark }: { mark: Mark }) {
  const turning = mark === 'busy' || mark === 'starting'
  return (
    <svg
      className={turning ? 'state-mark state-mark-turning' : 'state-mark'}
      viewBox="0 0 14 14"
      style={{ color: colors[mark] }}
      aria-hidden
    >
      {shapes[mark]}
    </svg>
  )
}
