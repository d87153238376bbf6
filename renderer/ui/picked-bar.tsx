import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import './list-row.css'

export type PickedBarProps = {
  label: string
  picked: number
  /** Of the list, as it is filtered. */
  total: number
  pickAll: () => void
  pickNone: () => void
  /** What can be done with them. */
  children: ReactNode
}

/** Above a list: how many rows are picked and what can be done with them. */
export function PickedBar({ label, picked, total, pickAll, pickNone, children }: PickedBarProps) {
  return (
    <fieldset className="list-bar" aria-label={label}>
      <strong className="figure">{picked.toLocaleString('en-US')} selected</strong>
      {picked < total && (
        <Button small variant="quiet" onClick={pickAll}>
          Select all {total.toLocaleString('en-US')}
        </Button>
      )}
      {children}
      <Button small variant="quiet" onClick={pickNone}>
        Clear selection
      </Button>
    </fieldset>
  )
}

/** In its place while something is done to many: how far it is. */
export function WorkBar({
  verb,
  words,
  done,
  total,
  stop,
}: {
  verb: string
  words: string
  done: number
  total: number
  stop: () => void
}) {
  return (
    <output className="list-bar">
      <span className="figure">{words}</span>
      <progress value={done} max={total} aria-label={verb} />
      <Button small onClick={stop}>
        Stop
      </Button>
    </output>
  )
}
