import type { ReactNode } from 'react'
import type { RunMarkName } from '../words/run-words.ts'
import './ui.css'

const colors: Record<RunMarkName, string> = {
  running: 'var(--color-accent)',
  'needs-you': 'var(--color-held)',
  paused: 'var(--color-held)',
  done: 'var(--color-idle)',
  failed: 'var(--color-failed)',
  cancelled: 'var(--color-faint)',
  waiting: 'var(--color-faint)',
  skipped: 'var(--color-faint)',
}

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 2, strokeLinecap: 'round', strokeLinejoin: 'round' } as const

const shapes: Record<RunMarkName, ReactNode> = {
  running: <path d="M7 2.5a4.5 4.5 0 1 1-4.3 3.2" {...line} strokeWidth={2.2} />,
  'needs-you': (
    <>
      <path d="M7 0.8 13.2 7 7 13.2 0.8 7z" fill="currentColor" />
      <path d="M7 3.9v3.6M7 9.7v.1" {...line} stroke="var(--color-page)" strokeWidth={1.7} />
    </>
  ),
  paused: <path d="M3.5 2.5h2.4v9H3.5zM8.1 2.5h2.4v9H8.1z" fill="currentColor" />,
  done: <path d="M2.5 7.5 5.6 10.6 11.6 3.8" {...line} />,
  failed: <path d="M7 1.8 13 12H1z" fill="currentColor" />,
  cancelled: <path d="M3.4 3.4l7.2 7.2M10.6 3.4l-7.2 7.2" {...line} />,
  waiting: <circle cx="7" cy="7" r="4.2" {...line} strokeWidth={1.4} />,
  skipped: <path d="M2.5 3.5 6 7l-3.5 3.5M7.5 3.5 11 7l-3.5 3.5" {...line} strokeWidth={1.6} />,
}

/** The state of a run or a step as a shape, then as a colour. The words beside it say it too, so it is not read aloud. */
export function RunMark({ state }: { state: RunMarkName }) {
  return (
    <svg
      className={state === 'running' ? 'state-mark state-mark-turning' : 'state-mark'}
      viewBox="0 0 14 14"
      style={{ color: colors[state] }}
      data-state={state}
      aria-hidden
    >
      {shapes[state]}
    </svg>
  )
}
