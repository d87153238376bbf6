import type { ReactNode } from 'react'
import { BoundedText } from '../../tools/bounded-text.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

export type SetupRowProps = {
  name: string
  note: string | undefined
  /** At the right: what can be done with it. */
  acts: ReactNode
  /** Over the whole width. */
  below?: ReactNode
  children: ReactNode
}

/** A profile or a server in its list. */
export function SetupRow({ name, note, acts, below, children }: SetupRowProps) {
  return (
    <li className="setup-row">
      <div className="setup-words">
        <strong dir="auto">
          <VisibleText text={name} />
        </strong>
        {note !== undefined && (
          <span dir="auto">
            <BoundedText text={note} first={{ lines: 2, characters: 200 }} />
          </span>
        )}
        {children}
      </div>
      <div className="setup-acts">{acts}</div>
      {below}
    </li>
  )
}
