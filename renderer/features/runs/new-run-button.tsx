import { ui } from '../../state/ui-store.ts'
import { Button } from '../../ui/button.tsx'

/** Leads to what a run can be made from. */
export function NewRunButton() {
  return (
    <Button small variant="primary" onClick={() => ui.go({ name: 'new-run' })}>
      New run
    </Button>
  )
}
