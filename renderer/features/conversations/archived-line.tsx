import { Archive } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { actOn } from '../../commands/library-actions.ts'
import './conversation-lines.css'

/** Says that a conversation is out of the way, and brings it back. */
export function ArchivedLine({ id }: { id: string }) {
  return (
    <div className="archived-line">
      <Archive size={15} strokeWidth={1.75} aria-hidden />
      <p>Archived. Restore it to continue.</p>
      <Button small onClick={() => void actOn('restore', [id])}>
        Restore
      </Button>
    </div>
  )
}
