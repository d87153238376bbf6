import type { PasteFault } from '../../../shared/domain/mcp-server.ts'
import { SomeItems } from '../../ui/some-items.tsx'
import { VisibleText } from '../../ui/visible-text.tsx'

/** What is wrong with a text, each with its place. `alert`: it is read out at once. */
export function FaultList({ faults, alert = false }: { faults: readonly PasteFault[]; alert?: boolean }) {
  if (faults.length === 0) return null
  return (
    <ul className="paste-faults" {...(alert ? { role: 'alert' } : {})}>
      <SomeItems items={faults} first={8} name="problems">
        {({ place, message }, index) => (
          <li key={index} dir="auto">
            <code>
              <VisibleText text={place} />
            </code>{' '}
            <VisibleText text={message} />
          </li>
        )}
      </SomeItems>
    </ul>
  )
}
