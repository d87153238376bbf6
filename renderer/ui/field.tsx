import { useId, type ReactNode } from 'react'
import './ui.css'

export type FieldProps = {
  label: string
  hint?: ReactNode
  problem?: string | null | undefined
  /** Gets what joins the control to its label and words. */
  children: (props: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode
}

/** A control with its label, what it does, and what is wrong with its content. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-words`, 'aria-invalid': Boolean(problem) })}
      <div id={`${id}-words`}>
        {problem ? <p className="field-problem">{problem}</p> : hint !== undefined && <p className="field-hint">{hint}</p>}
      </div>
    </div>
  )
}
