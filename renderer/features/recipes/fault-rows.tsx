import { CircleX, TriangleAlert } from 'lucide-react'
import type { RecipeFault } from '../../../shared/domain/recipe.ts'

export type FaultRowsProps = { label: string; faults: readonly RecipeFault[]; onLine?: (line: number) => void }

/** What is wrong, line by line; where there is an editor, a row leads to its line. */
export function FaultRows({ label, faults, onLine }: FaultRowsProps) {
  return (
    <ul className="recipe-faults" aria-label={label}>
      {faults.map((fault, index) => (
        <li key={`${index} ${fault.line}`} data-severity={fault.severity}>
          {onLine ? (
            <button type="button" onClick={() => onLine(fault.line)}>
              <Words fault={fault} />
            </button>
          ) : (
            <Words fault={fault} />
          )}
        </li>
      ))}
    </ul>
  )
}

function Words({ fault: { line, message, severity } }: { fault: RecipeFault }) {
  const Icon = severity === 'error' ? CircleX : TriangleAlert
  return (
    <>
      <Icon size={14} strokeWidth={1.75} aria-hidden />
      <span>
        <span className="sr-only">{severity === 'error' ? 'Error, ' : 'Warning, '}</span>
        <b className="figure">Line {line}</b> {message}
      </span>
    </>
  )
}
