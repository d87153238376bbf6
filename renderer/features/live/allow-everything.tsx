import { bypassWarning } from '../../words/permission-modes.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'

/** Asked before a conversation gets the mode in which nothing is asked any more. */
export function AllowEverything({ onAllow, onClose }: { onAllow: () => void; onClose: () => void }) {
  const footer = (
    <>
      <Button variant="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button
        variant="danger"
        onClick={() => {
          onClose()
          onAllow()
        }}
      >
        Allow everything
      </Button>
    </>
  )
  return (
    <Dialog title="Allow everything in this conversation?" onClose={onClose} footer={footer}>
      <p>{bypassWarning}</p>
    </Dialog>
  )
}
