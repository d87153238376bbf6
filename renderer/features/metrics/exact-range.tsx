import { Popover } from 'radix-ui'
import { metricsView } from './metrics-store.ts'
import { clamped } from './range.ts'
import type { Selection } from './selection.ts'
import { TimeField } from './time-field.tsx'

/** The range to the minute, for those who know it or have no pointer to draw it with. */
export function ExactRange({ selection, current }: { selection: Selection; current: boolean }) {
  const { span } = selection
  const change = (part: Partial<typeof span>) =>
    metricsView.showSpan(clamped({ ...span, ...part }, { from: 0, to: Number.MAX_SAFE_INTEGER }))
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <button type="button" aria-pressed={current}>
          Range
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="range-panel" align="end" sideOffset={4} collisionPadding={12} aria-label="Range">
          <TimeField label="From" value={span.from} onChange={(from) => change({ from })} />
          <TimeField label="To" value={span.to} onChange={(to) => change({ to })} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
